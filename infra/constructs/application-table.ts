import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, type ITable, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { TTL_ATTRIBUTE } from '../../lib/aws/dynamodb/tables.ts';
import { INDEXES } from '../../lib/store/items/item.ts';

/** Options of both tables. */
export interface TableOptions {
  /** the key that encrypts both tables; default: the account's AWS managed key for DynamoDB */
  readonly encryptionKey?: IKey;
  /** an existing state table: restored from a backup, or retained by a deleted stack; default: a new one */
  readonly existingStateTableName?: string;
  /** the same for results */
  readonly existingResultsTableName?: string;
  /** the removal policy of new tables; default `RETAIN`, which also protects them from deletion */
  readonly removalPolicy?: RemovalPolicy;
}

/** The props of {@link ApplicationTable}. */
export interface ApplicationTableProps extends TableOptions {
  /** which table: logs, checkpoints and tasks, or final results */
  readonly kind: 'state' | 'results';
}

/** The store's actions on each table. Items are deleted only by their time to live, and tables are never scanned. */
const ACTIONS = {
  state: {
    read: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'],
    write: ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:BatchWriteItem'],
  },
  results: { read: ['dynamodb:BatchGetItem', 'dynamodb:Query'], write: ['dynamodb:PutItem', 'dynamodb:BatchWriteItem'] },
} as const;
/** The key permissions that DynamoDB needs for readers and for writers. */
const KEY_READ = ['kms:Decrypt', 'kms:DescribeKey'];
const KEY_WRITE = ['kms:Encrypt', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];

/** An existing table, or a new one with the keys `pk` and `sk`, on-demand billing, encryption, and point-in-time recovery for 35 days; items expire by `ttl`. */
export class ApplicationTable extends Construct {
  readonly table: Table | ITable;
  readonly #actions: (typeof ACTIONS)['state' | 'results'];
  readonly #indexArns: readonly string[];
  readonly #encryptionKey: IKey | undefined;

  constructor(scope: Construct, id: string, props: ApplicationTableProps) {
    super(scope, id);
    const indexes = props.kind === 'state' ? Object.entries(INDEXES) : [];
    const existing = props.kind === 'state' ? props.existingStateTableName : props.existingResultsTableName;
    this.table = existing === undefined ? created(this, props, indexes) : Table.fromTableName(this, 'Table', existing);
    this.#actions = ACTIONS[props.kind];
    this.#indexArns = indexes.map(([name]) => `${this.table.tableArn}/index/${name}`);
    this.#encryptionKey = props.encryptionKey;
  }

  /** Allows a function to read items by key. */
  grantRead(grantee: IGrantable): void {
    Grant.addToPrincipal({ grantee, actions: [...this.#actions.read], resourceArns: [this.table.tableArn] });
    this.#encryptionKey?.grant(grantee, ...KEY_READ);
  }

  /** Allows a function to query the table's indexes for keys. */
  grantFind(grantee: IGrantable): void {
    Grant.addToPrincipal({ grantee, actions: ['dynamodb:Query'], resourceArns: [...this.#indexArns] });
  }

  /** Allows a function to read items by key and to write them. */
  grantReadWrite(grantee: IGrantable): void {
    Grant.addToPrincipal({ grantee, actions: [...this.#actions.read, ...this.#actions.write], resourceArns: [this.table.tableArn] });
    this.#encryptionKey?.grant(grantee, ...KEY_READ, ...KEY_WRITE);
  }
}

function created(
  scope: Construct,
  props: TableOptions,
  indexes: readonly (readonly [string, (typeof INDEXES)[keyof typeof INDEXES]])[],
): Table {
  const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
  const table = new Table(scope, 'Table', {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    sortKey: { name: 'sk', type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    timeToLiveAttribute: TTL_ATTRIBUTE,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    ...(props.encryptionKey
      ? { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: props.encryptionKey }
      : { encryption: TableEncryption.AWS_MANAGED }),
    removalPolicy,
    deletionProtection: removalPolicy === RemovalPolicy.RETAIN,
  });
  for (const [indexName, { partition, sort }] of indexes) {
    table.addGlobalSecondaryIndex({
      indexName,
      partitionKey: { name: partition, type: AttributeType.STRING },
      sortKey: { name: sort, type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });
  }
  return table;
}
