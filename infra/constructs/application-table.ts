import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, type ITable, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { TTL_ATTRIBUTE } from '../../lib/aws/dynamodb/tables.ts';
import { INDEXES } from '../../lib/store/items/item.ts';

/** Options of both tables. */
export interface TableOptions {
  /**
   * the key that encrypts new tables
   * @default - the AWS managed key for DynamoDB
   */
  readonly encryptionKey?: IKey;
  /**
   * an existing state table: restored from a backup, or retained by a deleted stack. Import it by `Table.fromTableName`, or by
   * `Table.fromTableAttributes` with the customer managed key that encrypts it
   *
   * @default - a new table
   */
  readonly stateTable?: Table | ITable;
  /**
   * an existing results table, imported like the state table
   * @default - a new table
   */
  readonly resultsTable?: Table | ITable;
  /**
   * the removal policy of new tables; `RETAIN` also protects them from deletion
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** The props of {@link ApplicationTable}. */
export interface ApplicationTableProps extends TableOptions {
  /** which table: logs, checkpoints and tasks, or final results */
  readonly kind: 'state' | 'results';
}

/**
 * The store's actions on each table. Not by `ITable.grant`, which also allows them on every index of the table.
 * Items are deleted only by their time to live, and tables are never scanned.
 */
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

  constructor(scope: Construct, id: string, props: ApplicationTableProps) {
    super(scope, id);
    const indexes = props.kind === 'state' ? Object.entries(INDEXES) : [];
    this.table = (props.kind === 'state' ? props.stateTable : props.resultsTable) ?? created(this, props, indexes);
    this.#actions = ACTIONS[props.kind];
    this.#indexArns = indexes.map(([name]) => `${this.table.tableArn}/index/${name}`);
  }

  /** Allows a function to read items by key. */
  grantRead(grantee: IGrantable): void {
    Grant.addToPrincipal({ grantee, actions: [...this.#actions.read], resourceArns: [this.table.tableArn] });
    this.table.encryptionKey?.grant(grantee, ...KEY_READ);
  }

  /** Allows a function to query the table's indexes for keys. */
  grantFind(grantee: IGrantable): void {
    Grant.addToPrincipal({ grantee, actions: ['dynamodb:Query'], resourceArns: [...this.#indexArns] });
  }

  /** Allows a function to read items by key and to write them. */
  grantReadWrite(grantee: IGrantable): void {
    Grant.addToPrincipal({ grantee, actions: [...this.#actions.read, ...this.#actions.write], resourceArns: [this.table.tableArn] });
    this.table.encryptionKey?.grant(grantee, ...KEY_READ, ...KEY_WRITE);
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
