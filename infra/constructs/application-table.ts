import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

/** What can be set for both tables. */
export interface TableOptions {
  /** the key both tables are encrypted by; default: the account's AWS managed key for DynamoDB */
  readonly encryptionKey?: IKey;
  /** what becomes of the tables when they leave the stack; default `RETAIN` */
  readonly removalPolicy?: RemovalPolicy;
}

/** A sparse index: only items with both attributes are in it, and of those only the keys. */
export interface SparseIndex {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string;
}

/** What {@link ApplicationTable} is made of. */
export interface ApplicationTableProps extends TableOptions {
  readonly indexes?: readonly SparseIndex[];
}

const READ = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'];
const WRITE = ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:BatchWriteItem'];

/** A table keyed by `pk` and `sk`, billed by request, encrypted, recoverable to any second of the last 35 days; items expire by `ttl`. */
export class ApplicationTable extends Construct {
  readonly table: Table;
  readonly #arns: readonly string[];
  readonly #encryptionKey: IKey | undefined;

  constructor(scope: Construct, id: string, props: ApplicationTableProps) {
    super(scope, id);
    const indexes = props.indexes ?? [];
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'ttl',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      ...(props.encryptionKey
        ? { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: props.encryptionKey }
        : { encryption: TableEncryption.AWS_MANAGED }),
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    });
    for (const { name, partitionKey, sortKey } of indexes) {
      this.table.addGlobalSecondaryIndex({
        indexName: name,
        partitionKey: { name: partitionKey, type: AttributeType.STRING },
        sortKey: { name: sortKey, type: AttributeType.STRING },
        projectionType: ProjectionType.KEYS_ONLY,
      });
    }
    this.#arns = [this.table.tableArn, ...indexes.map(({ name }) => `${this.table.tableArn}/index/${name}`)];
    this.#encryptionKey = props.encryptionKey;
  }

  /** Lets a function read items by key; not scan. */
  grantRead(grantee: IGrantable): void {
    Grant.addToPrincipal({ grantee, actions: READ, resourceArns: [...this.#arns] });
    this.#encryptionKey?.grantDecrypt(grantee);
  }

  /** Lets a function read items by key, write and delete them. */
  grantReadWrite(grantee: IGrantable): void {
    this.grantRead(grantee);
    Grant.addToPrincipal({ grantee, actions: WRITE, resourceArns: [this.table.tableArn] });
    this.#encryptionKey?.grantEncryptDecrypt(grantee);
  }
}
