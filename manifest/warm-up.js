// A capture that says nothing: the engine reads it before there is a file, because browsers compile what has run for a
// while a second time, and better. Half of the processor time of the first 100 MB was that.

const HEADER = 24;
const PAYLOAD = 430;
const FRAME = 14 + 20 + 20 + PAYLOAD;
const RECORD = 16 + FRAME;
const CONVERSATIONS = 2_000;

/** A pcap of about so many bytes: TLS and DNS between hosts of 10.0.0.0/15. */
export const sample = (bytes) => {
  const count = Math.floor((bytes - HEADER) / RECORD);
  const view = new DataView(new ArrayBuffer(HEADER + count * RECORD));
  view.setUint32(0, 0xa1b2c3d4, true);
  view.setUint16(4, 2, true);
  view.setUint16(6, 4, true);
  view.setUint32(16, 0x40000, true);
  view.setUint32(20, 1, true);
  for (let number = 0; number < count; number++) {
    const at = HEADER + number * RECORD;
    const back = number % 2;
    const conversation = (number >> 1) % CONVERSATIONS;
    view.setUint32(at, 1_700_000_000, true);
    view.setUint32(at + 4, number, true);
    view.setUint32(at + 8, FRAME, true);
    view.setUint32(at + 12, FRAME, true);
    const ip = at + 16 + 14;
    const dns = conversation % 8 === 0;
    view.setUint16(ip - 2, 0x0800);
    view.setUint8(ip, 0x45);
    view.setUint16(ip + 2, FRAME - 14);
    view.setUint8(ip + 8, 64);
    view.setUint8(ip + 9, dns ? 17 : 6);
    view.setUint32(ip + (back ? 16 : 12), 0x0a000000 + conversation);
    view.setUint32(ip + (back ? 12 : 16), 0x0a010000 + (conversation % 64));
    const transport = ip + 20;
    view.setUint16(transport + (back ? 2 : 0), 20_000 + conversation);
    view.setUint16(transport + (back ? 0 : 2), dns ? 53 : 443);
    if (dns) {
      view.setUint16(transport + 4, FRAME - 34);
      view.setUint16(transport + 12, 1);
      continue;
    }
    const sequence = 1 + Math.floor(number / 2 / CONVERSATIONS) * PAYLOAD;
    view.setUint32(transport + 4, sequence);
    view.setUint32(transport + 8, sequence);
    view.setUint16(transport + 12, 0x5018);
    view.setUint16(transport + 14, 1024);
    view.setUint32(transport + 20, 0x17030301);
    view.setUint8(transport + 24, PAYLOAD - 261);
  }
  return new Uint8Array(view.buffer);
};
