import { createHash } from 'node:crypto';
import { MillraceError } from '../../core/errors.ts';
import { ALONE } from '../../core/stored.ts';
import type { Item } from './item.ts';
import type { ItemTable } from './item-table.ts';
import { partition } from './keys.ts';

/** How much longer pieces are kept: items expire in any order, and a piece must not expire before the item that refers to it. */
const PIECES_OUTLIVE = 7 * 86_400_000;

/**
 * Makes an item with a body. A body that is too large for one item is first written in pieces, each in its own partition (a partition takes 1,000 write
 * units per second) and named by its content, so that pieces of different writers never mix.
 *
 * @param expiresAt instant; infinite or absent for an item that does not expire
 * @returns the item to put after the pieces are written
 */
export async function withBody(table: ItemTable, item: Item, body: Uint8Array, expiresAt?: number): Promise<Item> {
  const { pieceBytes } = table;
  const head = { ...item, ...timeToLive(expiresAt) };
  if (body.length <= pieceBytes) return { ...head, body };
  const prefix = partition(item.pk, item.sk, createHash('sha256').update(body).digest('base64url'));
  const pieces = Array.from({ length: Math.ceil(body.length / pieceBytes) }, (_, i) => ({
    ...pieceKey(prefix, i),
    body: body.subarray(i * pieceBytes, (i + 1) * pieceBytes),
    ...pieceTimeToLive(expiresAt),
  }));
  await table.putAll(pieces);
  return { ...head, pieces: pieces.length, pieces_in: prefix };
}

/**
 * The bodies of items made by {@link withBody}, in their order.
 *
 * @throws MillraceError `corrupt` when a piece is missing
 */
export async function readBodies(table: ItemTable, items: readonly Item[], consistent: boolean): Promise<Uint8Array[]> {
  const pieces = await table.getAll(items.flatMap(pieceKeys), consistent);
  let next = 0;
  return items.map((item) => {
    if (item.body instanceof Uint8Array) return item.body;
    const parts = pieceKeys(item).map(({ pk }) => {
      const body = pieces[next++]?.body;
      if (body instanceof Uint8Array) return body;
      throw new MillraceError('corrupt', `item ${item.pk} ${item.sk} is corrupt: its piece ${pk} is gone; restore the table from a backup`);
    });
    return new Uint8Array(Buffer.concat(parts));
  });
}

/** The time to live of the pieces of an item that expires at an instant. */
export function pieceTimeToLive(expiresAt: number | undefined): { ttl?: number } {
  return timeToLive(expiresAt === undefined ? undefined : expiresAt + PIECES_OUTLIVE);
}

/** Where the pieces of an item's body are. */
export function pieceKeys(item: Item): { pk: string; sk: string }[] {
  return Array.from({ length: Number(item.pieces ?? 0) }, (_, i) => pieceKey(String(item.pieces_in), i));
}

function pieceKey(prefix: string, i: number): { pk: string; sk: string } {
  return { pk: `${prefix}#${i}`, sk: ALONE };
}

/** The attribute by which DynamoDB deletes expired items, in seconds; none for what never expires. */
export function timeToLive(expiresAt: number | undefined): { ttl?: number } {
  return expiresAt === undefined || !Number.isFinite(expiresAt) ? {} : { ttl: Math.ceil(expiresAt / 1000) };
}

/** An instant as an attribute; none for an infinite one. */
export function expiry(expiresAt: number): { expires_at?: number } {
  return Number.isFinite(expiresAt) ? { expires_at: expiresAt } : {};
}

/** What {@link expiry} wrote. */
export function readExpiry(item: Item): number {
  return Number(item.expires_at ?? Number.POSITIVE_INFINITY);
}
