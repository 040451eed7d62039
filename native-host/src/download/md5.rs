//! The MD5 of many files at once. The blocks of one message wait for each other; a processor's lanes are only filled by
//! as many messages. RFC 1321, with the lanes of fearless_simd: no instruction set is named here.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fearless_simd::{Level, Simd, dispatch, prelude::*, u8x64, u32x16};
use std::num::Wrapping;
use std::ops::{Add, BitAnd, BitOr, BitXor, Not};

/// Bytes that are taken in together.
const BLOCK: usize = 64;
/// Messages that are worked on at once.
pub const LANES: usize = 16;
/// With fewer messages, one after the other is faster.
const FEW: usize = 3;

const START: [u32; 4] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
const TURNS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
/// The sines of RFC 1321, 3.4.
#[rustfmt::skip]
const SINES: [u32; 64] = [
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
];

/// A message as far as it has come.
#[derive(Clone, Debug)]
pub struct Md5 {
    state: [u32; 4],
    length: u64,
    /// What came since the last whole block.
    rest: [u8; BLOCK],
}

impl Default for Md5 {
    fn default() -> Self {
        Self { state: START, length: 0, rest: [0; BLOCK] }
    }
}

impl Md5 {
    /// Bytes that it has had.
    pub fn length(&self) -> u64 {
        self.length
    }

    pub fn update(&mut self, bytes: &[u8]) {
        update_all(&mut [self], &[bytes]);
    }

    /// Base64, as Azure writes it.
    pub fn finish(mut self) -> String {
        let bits = self.length.wrapping_mul(8);
        let used = (self.length % BLOCK as u64) as usize;
        // One bit, zeros, and the length at the end of a block.
        let zeros = (2 * BLOCK - 9 - used) % BLOCK;
        let mut end = [0; 2 * BLOCK];
        end[0] = 0x80;
        end[1 + zeros..][..8].copy_from_slice(&bits.to_le_bytes());
        self.update(&end[..zeros + 9]);
        STANDARD.encode(self.state.map(u32::to_le_bytes).as_flattened())
    }

    /// Completes the block that has begun; gives back the bytes behind it.
    fn complete<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let used = (self.length % BLOCK as u64) as usize;
        self.length += bytes.len() as u64;
        if used == 0 {
            return bytes;
        }
        let (now, later) = bytes.split_at(bytes.len().min(BLOCK - used));
        self.rest[used..used + now.len()].copy_from_slice(now);
        if used + now.len() == BLOCK {
            self.state = alone(self.state, &self.rest);
        }
        later
    }
}

/// Gives each message the bytes in its place.
pub fn update_all(messages: &mut [&mut Md5], inputs: &[&[u8]]) {
    let level = Level::new();
    let mut whole = Vec::with_capacity(messages.len());
    for (message, input) in messages.iter_mut().zip(inputs) {
        let input = message.complete(input);
        let (blocks, rest) = input.split_at(input.len() / BLOCK * BLOCK);
        message.rest[..rest.len()].copy_from_slice(rest);
        if !blocks.is_empty() {
            whole.push((&mut message.state, blocks));
        }
    }
    while whole.len() >= FEW {
        for group in whole.chunks_mut(LANES) {
            together(level, group);
        }
        whole.retain(|(_, blocks)| !blocks.is_empty());
    }
    for (state, blocks) in whole {
        *state = alone(*state, blocks);
    }
}

fn alone(state: [u32; 4], blocks: &[u8]) -> [u32; 4] {
    let mut state = state.map(Wrapping);
    for block in blocks.as_chunks::<BLOCK>().0 {
        let words = std::array::from_fn(|at| {
            let word = [0, 1, 2, 3].map(|byte| block[4 * at + byte]);
            Wrapping(u32::from_le_bytes(word))
        });
        state = take(state, &words, Wrapping, |Wrapping(word), by| Wrapping(word.rotate_left(by)));
    }
    state.map(|Wrapping(word)| word)
}

/// As many blocks of up to [`LANES`] messages as the shortest has.
fn together(level: Level, group: &mut [(&mut [u32; 4], &[u8])]) {
    let length = group.iter().map(|(_, blocks)| blocks.len()).min().unwrap_or(0);
    let Some((first, _)) = group.first().map(|(_, blocks)| blocks.split_at(length)) else { return };
    // A lane without a message repeats the first.
    let mut inputs = [first; LANES];
    let mut states = START.map(|word| [word; LANES]);
    for (lane, (state, blocks)) in group.iter_mut().enumerate() {
        (inputs[lane], *blocks) = blocks.split_at(length);
        (0..4).for_each(|word| states[word][lane] = state[word]);
    }
    dispatch!(level, simd => in_lanes(simd, &mut states, &inputs));
    for (lane, (state, _)) in group.iter_mut().enumerate() {
        (0..4).for_each(|word| state[word] = states[word][lane]);
    }
}

#[inline(always)]
fn in_lanes<S: Simd>(simd: S, states: &mut [[u32; LANES]; 4], inputs: &[&[u8]; LANES]) {
    let mut state = states.map(|word| u32x16::from_slice(simd, &word));
    for at in (0..inputs[0].len()).step_by(BLOCK) {
        let words = words_of(simd, inputs, at);
        state = take(
            state,
            &words,
            #[inline(always)]
            |constant| u32x16::splat(simd, constant),
            #[inline(always)]
            |word, by| (word << by) | (word >> (32 - by)),
        );
    }
    for (word, lanes) in states.iter_mut().zip(state) {
        lanes.store_slice(word);
    }
}

/// The words of one block of each message: four perfect shuffles turn rows into columns.
#[inline(always)]
fn words_of<S: Simd>(simd: S, inputs: &[&[u8]; LANES], at: usize) -> [u32x16<S>; LANES] {
    const { assert!(cfg!(target_endian = "little")) };
    let mut rows = inputs.map(|input| u8x64::from_slice(simd, &input[at..at + BLOCK]).bitcast::<u32x16<S>>());
    for _ in 0..LANES.ilog2() {
        let (upper, lower) = (rows, LANES / 2);
        for row in 0..lower {
            (rows[2 * row], rows[2 * row + 1]) = upper[row].interleave(upper[row + lower]);
        }
    }
    rows
}

/// One block, of one message or of one in each lane.
#[inline(always)]
fn take<W: Word>(
    before: [W; 4],
    words: &[W; 16],
    constant: impl Fn(u32) -> W,
    turn: impl Fn(W, u32) -> W,
) -> [W; 4] {
    let mut state = before;
    // Written out, so that the compiler knows which word and which constant a step takes.
    macro_rules! steps {
        ($($step:literal)*) => {$(
            let [a, b, c, d] = state;
            let (mixed, word) = match $step / 16 {
                0 => (d ^ (b & (c ^ d)), $step),
                1 => (c ^ (d & (b ^ c)), (5 * $step + 1) % 16),
                2 => (b ^ c ^ d, (3 * $step + 5) % 16),
                _ => (c ^ (b | !d), (7 * $step) % 16),
            };
            let sum = a + (words[word] + constant(SINES[$step])) + mixed;
            state = [d, turn(sum, TURNS[$step / 16][$step % 4]) + b, b, c];
        )*};
    }
    steps! {
         0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15
        16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31
        32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47
        48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63
    }
    std::array::from_fn(|word| before[word] + state[word])
}

/// What the words of one message can do, and those of one in each lane.
trait Word:
    Copy
    + Add<Output = Self>
    + BitAnd<Output = Self>
    + BitOr<Output = Self>
    + BitXor<Output = Self>
    + Not<Output = Self>
{
}

impl Word for Wrapping<u32> {}
impl<S: Simd> Word for u32x16<S> {}

#[cfg(test)]
mod tests {
    use super::*;
    use md5::Digest;
    use proptest::prelude::*;

    fn expected(bytes: &[u8]) -> String {
        STANDARD.encode(md5::Md5::digest(bytes))
    }

    /// Lengths where blocks and padding end, and some between.
    fn length() -> impl Strategy<Value = usize> {
        prop_oneof![
            0_usize..130,
            (0_usize..20).prop_map(|blocks| blocks * BLOCK),
            55_usize..66,
            0_usize..2000
        ]
    }

    proptest! {
        #[test]
        fn each_of_many_messages_has_its_own_sum(
            messages in prop::collection::vec((length(), any::<u8>()), 0..2 * LANES + 3),
            cuts in prop::collection::vec(0_usize..400, 1..60),
        ) {
            let messages: Vec<Vec<u8>> = messages
                .iter()
                .map(|(length, seed)| (0..*length).map(|at| (at as u8).wrapping_mul(31) ^ seed).collect())
                .collect();
            let mut sums = vec![Md5::default(); messages.len()];
            let mut rest: Vec<&[u8]> = messages.iter().map(Vec::as_slice).collect();
            let mut cuts = cuts.iter().cycle();
            while rest.iter().any(|rest| !rest.is_empty()) {
                // Each message goes on by another step; none moves while all cuts are empty.
                let inputs: Vec<&[u8]> = rest
                    .iter_mut()
                    .map(|rest| {
                        let (now, later) = rest.split_at(rest.len().min(cuts.next().map_or(1, |cut| cut + 1)));
                        *rest = later;
                        now
                    })
                    .collect();
                update_all(&mut sums.iter_mut().collect::<Vec<_>>(), &inputs);
            }
            for (sum, message) in sums.into_iter().zip(&messages) {
                prop_assert_eq!(sum.length(), message.len() as u64);
                prop_assert_eq!(sum.finish(), expected(message));
            }
        }
    }

    #[test]
    fn all_instruction_sets_come_to_the_same() {
        let bytes: Vec<u8> = (0..LANES * 3 * BLOCK).map(|at| (at * at / 7) as u8).collect();
        let inputs: Vec<&[u8]> = bytes.chunks(3 * BLOCK).collect();
        let alone: Vec<[u32; 4]> = inputs.iter().map(|input| super::alone(START, input)).collect();
        let best = Level::new();
        let mut levels = vec![best, Level::baseline()];
        #[cfg(target_arch = "x86_64")]
        levels.extend(
            [best.as_sse4_2().map(|simd| simd.level()), best.as_avx2().map(|simd| simd.level())]
                .into_iter()
                .flatten(),
        );
        for level in levels {
            let mut states = [START; LANES];
            let mut group: Vec<_> = states.iter_mut().zip(inputs.iter().copied()).collect();
            together(level, &mut group);
            assert!(group.iter().all(|(_, blocks)| blocks.is_empty()));
            assert_eq!(states.as_slice(), alone.as_slice(), "{level:?}");
        }
    }
}
