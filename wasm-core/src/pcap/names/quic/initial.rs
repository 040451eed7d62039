//! Initial packets (RFC 9000 17.2.2): what clients say first, which only looks encrypted.

/// Connection ids of these versions are at most so long.
const MAX_ID: usize = 20;

/// Versions by how their Initials are protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    One,
    Two,
    /// Drafts 23 to 28.
    Draft23,
    /// Drafts 29 to 32.
    Draft29,
}

impl Version {
    const fn of(number: [u8; 4]) -> Option<Self> {
        match u32::from_be_bytes(number) {
            1 | 0xff00_0021..=0xff00_0022 => Some(Self::One),
            0x6b33_43cf => Some(Self::Two),
            0xff00_0017..=0xff00_001c => Some(Self::Draft23),
            0xff00_001d..=0xff00_0020 => Some(Self::Draft29),
            _ => None,
        }
    }

    /// The type bits of an Initial.
    const fn initial(self) -> u8 {
        match self {
            Self::One | Self::Draft23 | Self::Draft29 => 0,
            Self::Two => 1,
        }
    }
}

/// An Initial packet as it came.
#[derive(Debug, Clone, Copy)]
pub struct Initial<'a> {
    pub version: Version,
    /// The destination's connection id; the first one of a client makes the keys.
    pub destination: &'a [u8],
    /// Header, packet number and payload.
    pub packet: &'a [u8],
    /// Where the packet number begins.
    pub number_at: usize,
}

/// The first Initial of a datagram, whose other packets may follow it; what was cut off is none.
pub fn initial(datagram: &[u8]) -> Option<(Initial<'_>, &[u8])> {
    let (head, rest) = datagram.split_first_chunk::<6>()?;
    let version = Version::of([head[1], head[2], head[3], head[4]])?;
    if head[0] & 0xc0 != 0xc0 || head[0] >> 4 & 3 != version.initial() {
        return None;
    }
    let length = usize::from(head[5]);
    let (destination, rest) = rest.split_at_checked(length).filter(|_| length <= MAX_ID)?;
    let (&source, rest) = rest.split_first()?;
    let rest = rest.get(usize::from(source)..)?;
    let (token, rest) = number(rest)?;
    let rest = rest.get(usize::try_from(token).ok()?..)?;
    let (length, rest) = number(rest)?;
    let number_at = datagram.len().checked_sub(rest.len())?;
    let end = number_at.checked_add(usize::try_from(length).ok()?)?;
    let (packet, behind) = datagram.split_at_checked(end)?;
    Some((Initial { version, destination, packet, number_at }, behind))
}

/// A variable-length number (RFC 9000 16).
fn number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let first = *bytes.first()?;
    let length = 1_usize.wrapping_shl(u32::from(first >> 6));
    let (number, rest) = bytes.split_at_checked(length)?;
    let value =
        number.iter().skip(1).fold(u64::from(first & 0x3f), |value, &byte| value << 8 | u64::from(byte));
    Some((value, rest))
}

/// Calls `each` with offset and data of the CRYPTO frames of an Initial's payload, up to a frame that it must not have.
pub fn crypto_frames<'a>(mut frames: &'a [u8], mut each: impl FnMut(u64, &'a [u8])) -> Option<()> {
    const PADDING: u8 = 0;
    const PING: u8 = 1;
    const ACK: u8 = 2;
    const ACK_ECN: u8 = 3;
    const CRYPTO: u8 = 6;
    while let Some((&kind, rest)) = frames.split_first() {
        frames = match kind {
            PADDING | PING => rest,
            ACK | ACK_ECN => {
                let (_largest, rest) = number(rest)?;
                let (_delay, rest) = number(rest)?;
                let (ranges, rest) = number(rest)?;
                let (_first, mut rest) = number(rest)?;
                let counts = if kind == ACK_ECN { 3 } else { 0 };
                // Every turn uses up a byte at least.
                for _ in 0..ranges.saturating_mul(2).saturating_add(counts) {
                    rest = number(rest)?.1;
                }
                rest
            }
            CRYPTO => {
                let (offset, rest) = number(rest)?;
                let (length, rest) = number(rest)?;
                let (data, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
                each(offset, data);
                rest
            }
            _ => return None,
        };
    }
    Some(())
}

/// The keys of clients' Initials, which anybody can make (RFC 9001 5.2).
pub mod keys {
    use aes_gcm::aead::{Aead, Payload};
    use aes_gcm::aes::Aes128;
    use aes_gcm::aes::cipher::BlockCipherEncrypt;
    use aes_gcm::{Aes128Gcm, KeyInit};
    use hkdf::Hkdf;
    use sha2::Sha256;

    use super::{Initial, Version};

    /// Secrets of one client's Initials.
    pub struct Keys {
        pub(super) key: [u8; 16],
        pub(super) iv: [u8; 12],
        pub(super) header: [u8; 16],
    }

    impl Keys {
        /// From the destination of the client's first Initial.
        pub fn new(version: Version, destination: &[u8]) -> Option<Self> {
            const ONE: u128 = 0x3876_2cf7_f559_34b3_4d17_9ae6_a4c8_0cad;
            const TWO: u128 = 0x0ded_e3de_f700_a6db_8193_81be_6e26_9dcb;
            const DRAFT_23: u128 = 0xc3ee_f712_c72e_bb5a_11a7_d243_2bb4_6365;
            const DRAFT_29: u128 = 0xafbf_ec28_9993_d24c_9e97_86f1_9c61_11e0;
            let (head, tail): (u128, u32) = match version {
                Version::One => (ONE, 0xccbb_7f0a),
                Version::Two => (TWO, 0xf9bd_2ed9),
                Version::Draft23 => (DRAFT_23, 0xbef9_f502),
                Version::Draft29 => (DRAFT_29, 0x4390_a899),
            };
            let salt = [&head.to_be_bytes()[..], &tail.to_be_bytes()].concat();
            let [key_label, iv_label, header_label] = match version {
                Version::Two => [&b"quicv2 key"[..], b"quicv2 iv", b"quicv2 hp"],
                _ => [&b"quic key"[..], b"quic iv", b"quic hp"],
            };
            let client: [u8; 32] = expand(&Hkdf::<Sha256>::new(Some(&salt), destination), b"client in")?;
            let client = Hkdf::<Sha256>::from_prk(&client).ok()?;
            Some(Self {
                key: expand(&client, key_label)?,
                iv: expand(&client, iv_label)?,
                header: expand(&client, header_label)?,
            })
        }

        pub(super) fn mask(&self, sample: [u8; 16]) -> [u8; 16] {
            let mut block = sample.into();
            Aes128::new(&self.header.into()).encrypt_block(&mut block);
            block.into()
        }

        pub(super) fn nonce(&self, number: u32) -> [u8; 12] {
            let mut nonce = self.iv;
            for (byte, number) in nonce.iter_mut().rev().zip(number.to_le_bytes()) {
                *byte ^= number;
            }
            nonce
        }

        /// The frames of an Initial; `None` where it was made with other keys.
        pub fn open(&self, initial: &Initial<'_>) -> Option<Vec<u8>> {
            let packet = initial.packet;
            let sample = packet.get(initial.number_at.checked_add(4)?..)?.first_chunk::<16>()?;
            let mask = self.mask(*sample);
            let first = packet.first()? ^ mask[0] & 0x0f;
            let length = usize::from(first & 3).saturating_add(1);
            let body_at = initial.number_at.checked_add(length)?;
            let (head, body) = packet.split_at_checked(body_at)?;
            let mut head = head.to_vec();
            *head.first_mut()? = first;
            let mut number = 0_u32;
            for (byte, mask) in head.iter_mut().skip(initial.number_at).zip(mask.into_iter().skip(1)) {
                *byte ^= mask;
                number = number << 8 | u32::from(*byte);
            }
            let nonce = self.nonce(number).into();
            Aes128Gcm::new(&self.key.into()).decrypt(&nonce, Payload { msg: body, aad: &head }).ok()
        }
    }

    /// HKDF-Expand-Label (RFC 8446 7.1) without a context.
    fn expand<const N: usize>(secret: &Hkdf<Sha256>, label: &[u8]) -> Option<[u8; N]> {
        let mut info = vec![0, u8::try_from(N).ok()?, u8::try_from(label.len()).ok()?.checked_add(6)?];
        info.extend_from_slice(b"tls13 ");
        info.extend_from_slice(label);
        info.push(0);
        let mut out = [0; N];
        secret.expand(&info, &mut out).ok()?;
        Some(out)
    }
}

#[cfg(test)]
mod tests {
    use aes_gcm::aead::{Aead, Payload};
    use aes_gcm::{Aes128Gcm, KeyInit};

    use super::super::super::tls;
    use super::keys::Keys;
    use super::*;

    const ID: [u8; 8] = [0x83, 0x94, 0xc8, 0xf0, 0x3e, 0x51, 0x57, 0x08];

    /// RFC 9001 A.2: the CRYPTO frame with the ClientHello.
    const CRYPTO: &str = "060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e86804fe3a47f06a2b69484c0000\
        0413011302010000c000000010000e00000b6578616d706c652e636f6dff01000100000a00080006001d001700180010000700050461\
        6c706e000500050100000000003300260024001d00209370b2c9caa47fbabaf4559fedba753de171fa71f50f1ce15d43e994ec74d748\
        002b0003020304000d0010000e0403050306030203080408050806002d00020101001c00024001003900320408ffffffffffffffff05\
        048000ffff07048000ffff0801100104800075300901100f088394c8f03e515708\
        06048000ffff";

    fn bytes(hex: &str) -> Vec<u8> {
        let digits: Vec<u32> = hex.chars().filter_map(|digit| digit.to_digit(16)).collect();
        digits.chunks(2).map(|pair| (pair[0] << 4 | pair[1]) as u8).collect()
    }

    /// The packet of RFC 9001 A.2, made from its parts.
    fn packet() -> Vec<u8> {
        let keys = Keys::new(Version::One, &ID).unwrap();
        let head = bytes("c300000001088394c8f03e5157080000449e00000002");
        let mut frames = bytes(CRYPTO);
        frames.resize(1162, 0);
        let nonce = keys.nonce(2).into();
        let payload = Payload { msg: frames.as_slice(), aad: &head };
        let body = Aes128Gcm::new(&keys.key.into()).encrypt(&nonce, payload).unwrap();
        let mask = keys.mask(*body.first_chunk().unwrap());
        let mut packet = head;
        packet[0] ^= mask[0] & 0x0f;
        for (byte, mask) in packet[18..].iter_mut().zip(&mask[1..]) {
            *byte ^= mask;
        }
        packet.extend(body);
        packet
    }

    #[test]
    fn keys_are_those_of_the_specifications() {
        let one = Keys::new(Version::One, &ID).unwrap();
        assert_eq!(one.key.to_vec(), bytes("1f369613dd76d5467730efcbe3b1a22d"));
        assert_eq!(one.iv.to_vec(), bytes("fa044b2f42a3fd3b46fb255c"));
        assert_eq!(one.header.to_vec(), bytes("9f50449e04a0e810283a1e9933adedd2"));
        // RFC 9369 A.1.
        let two = Keys::new(Version::Two, &ID).unwrap();
        assert_eq!(two.key.to_vec(), bytes("8b1a0bc121284290a29e0971b5cd045d"));
        assert_eq!(two.iv.to_vec(), bytes("91f73e2351d8fa91660e909f"));
        assert_eq!(two.header.to_vec(), bytes("45b95e15235d6f45a6b19cbcb0294ba9"));
        // draft-ietf-quic-tls-29 and -23, A.1.
        for (version, key, header) in [
            (Version::Draft29, "175257a31eb09dea9366d8bb79ad80ba", "9ddd12c994c0698b89374a9c077a3077"),
            (Version::Draft23, "af7fd7efebd21878ff66811248983694", "a980b8b4fb7d9fbc13e814c23164253d"),
        ] {
            let draft = Keys::new(version, &ID).unwrap();
            assert_eq!((draft.key.to_vec(), draft.header.to_vec()), (bytes(key), bytes(header)));
        }
    }

    #[test]
    fn the_clients_initial_of_rfc_9001_is_opened() {
        let packet = packet();
        // As printed there.
        assert_eq!(packet.len(), 1200);
        let start = bytes("c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11d242b123dc9b");
        assert_eq!(packet[..start.len()], start);
        assert_eq!(packet[1184..], bytes("e221af44860018ab0856972e194cd934"));

        let (initial, behind) = initial(&packet).unwrap();
        assert!(behind.is_empty() && super::super::is_long(&packet));
        assert_eq!(initial.destination, ID);
        let frames = Keys::new(initial.version, initial.destination).unwrap().open(&initial).unwrap();
        let mut hello = None;
        crypto_frames(&frames, |offset, data| hello = Some((offset, data))).unwrap();
        let (offset, hello) = hello.unwrap();
        assert_eq!((offset, hello.len()), (0, 241));
        let extensions = tls::extensions(&hello[4..]).unwrap();
        assert_eq!(tls::server_name(extensions), Some(&b"example.com"[..]));
    }

    #[test]
    fn cut_and_changed_initials_are_none() {
        let packet = packet();
        let keys = Keys::new(Version::One, &ID).unwrap();
        for cut in 0..packet.len() {
            assert!(initial(&packet[..cut]).is_none());
        }
        for at in [0, 20, 40, 1199] {
            let mut changed = packet.clone();
            changed[at] ^= 1;
            assert!(initial(&changed).is_none_or(|(initial, _)| keys.open(&initial).is_none()), "{at}");
        }
    }
}
