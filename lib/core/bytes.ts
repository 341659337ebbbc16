import { MillraceError } from './errors.ts';
import { FORMAT, NUMBER_SCALES } from './stored.ts';

const encoder = new TextEncoder();
/** A byte order mark is kept as text: without `ignoreBOM`, a key that begins with one would be read back as another key. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** So that a whole number with its sign and scale is below 2^53. */
const LARGEST_PACKED = 2 ** 50;

/** Appends numbers, text and bytes to a growing buffer: the form in which entries, checkpoints and pages are stored. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #length = 0;

  /** @param capacity bytes to start with; it doubles when full */
  constructor(capacity = 1024) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** One byte, 0 to 255. */
  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** A whole number from 0 to 2^53 − 1 in one to eight bytes (LEB128). */
  varuint(value: number): void {
    this.#reserve(8);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  /** A whole number from −2^52 to 2^52 − 1, small ones small (zigzag). */
  varint(value: number): void {
    this.varuint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** Any double, −0, NaN and infinities included, in eight bytes. */
  double(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  /** A number: whole ones and those of up to three decimals in a few bytes, others in nine. */
  number(value: number): void {
    const size = Math.abs(value);
    if (!Object.is(value, -0)) {
      for (let decimals = 0; decimals < NUMBER_SCALES.length; decimals++) {
        const scale = NUMBER_SCALES[decimals] as number;
        const whole = Math.round(size * scale);
        if (!(whole < LARGEST_PACKED)) break;
        // Only what comes back to the same double; a division by a power of ten is rounded once.
        if (whole / scale === size) {
          const zigzag = value < 0 ? 2 * whole - 1 : 2 * whole;
          this.varuint(zigzag * NUMBER_SCALES.length + decimals + 1);
          return;
        }
      }
    }
    this.byte(0);
    this.double(value);
  }

  /** Text as UTF-8 with its length in front. It must be well-formed: a lone surrogate would not come back. */
  text(value: string): void {
    const size = value.length * 3;
    if (size < 0x80) {
      // Short enough for a one-byte length whatever it encodes to.
      this.#reserve(size + 1);
      if (this.#ascii(value)) return;
      const { written } = encoder.encodeInto(value, this.#bytes.subarray(this.#length + 1));
      this.#bytes[this.#length] = written;
      this.#length += written + 1;
    } else {
      this.bytes(encoder.encode(value));
    }
  }

  /** Writes short ASCII text, nearly every key, without a call into native code; `false`: it is not ASCII, and nothing is written. */
  #ascii(value: string): boolean {
    const bytes = this.#bytes;
    const start = this.#length + 1;
    for (let i = 0; i < value.length; i++) {
      const unit = value.charCodeAt(i);
      if (unit >= 0x80) return false;
      bytes[start + i] = unit;
    }
    bytes[start - 1] = value.length;
    this.#length = start + value.length;
    return true;
  }

  /** Bytes with their length in front. */
  bytes(value: Uint8Array): void {
    this.varuint(value.length);
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  /** A part with its length in front, so that a reader can skip it. */
  part(write: (part: ByteWriter) => void): void {
    const part = new ByteWriter(4096);
    write(part);
    this.bytes(part.finish());
  }

  /** Truncates to a length. */
  truncate(length: number): void {
    this.#length = length;
  }

  /** A copy of what was written. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  #reserve(size: number): void {
    const needed = this.#length + size;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/** Reads what {@link ByteWriter} wrote, in the same order. Every method throws `corrupt` rather than read past the end. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  /** names what is read in errors */
  readonly item: string;
  /** the format of what is read */
  format = FORMAT;
  #at = 0;

  /**
   * @param bytes what was stored
   * @param item what it is, for the error message, e.g. `entry 7 of clicks/shardId-000000000000`
   */
  constructor(bytes: Uint8Array, item: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.item = item;
  }

  /** Bytes not read yet. */
  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  /** An error that names the item, for readers that find an invalid value. */
  corrupt(what: string): MillraceError {
    return new MillraceError('corrupt', `${this.item} is corrupt at byte ${this.#at}: ${what}`);
  }

  /** A reader of a part of the item, which is of the same format. @param name what the part is, for errors */
  part(bytes: Uint8Array, name?: string): ByteReader {
    const part = new ByteReader(bytes, name === undefined ? this.item : `${this.item}, ${name},`);
    part.format = this.format;
    return part;
  }

  /** A byte that is 0 or 1. */
  flag(): boolean {
    const byte = this.byte();
    if (byte > 1) throw this.corrupt(`${byte} where 0 or 1 should be`);
    return byte === 1;
  }

  byte(): number {
    if (this.#at >= this.#bytes.length) throw this.corrupt('it ends too early');
    return this.#bytes[this.#at++] as number;
  }

  varuint(): number {
    let value = 0;
    let scale = 1;
    for (let size = 0; size < 8; size++) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (!Number.isSafeInteger(value)) throw this.corrupt('a number is too large');
        return value;
      }
      scale *= 0x80;
    }
    throw this.corrupt('a number is too long');
  }

  varint(): number {
    const value = this.varuint();
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
  }

  double(): number {
    if (this.remaining < 8) throw this.corrupt('it ends too early');
    const value = this.#view.getFloat64(this.#at, true);
    this.#at += 8;
    return value;
  }

  number(): number {
    const packed = this.varuint();
    if (packed === 0) return this.double();
    const decimals = (packed - 1) % NUMBER_SCALES.length;
    const zigzag = (packed - 1 - decimals) / NUMBER_SCALES.length;
    const whole = zigzag % 2 === 1 ? -(zigzag + 1) / 2 : zigzag / 2;
    return whole / (NUMBER_SCALES[decimals] as number);
  }

  text(): string {
    const bytes = this.bytes();
    try {
      return decoder.decode(bytes);
    } catch (cause) {
      throw new MillraceError('corrupt', `${this.item} is corrupt at byte ${this.#at}: text is not UTF-8`, { cause });
    }
  }

  /** A view into the item, not a copy. */
  bytes(): Uint8Array {
    const length = this.varuint();
    if (length > this.remaining) throw this.corrupt('it ends too early');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** A count of things that take at least `least` bytes each, so that corrupt bytes cannot allocate gigabytes. */
  count(least = 1): number {
    const count = this.varuint();
    if (count * least > this.remaining) throw this.corrupt(`it declares ${count} items and ends too early`);
    return count;
  }

  /** Throws unless everything was read. */
  end(): void {
    if (this.remaining > 0) throw this.corrupt(`${this.remaining} bytes too many`);
  }
}
