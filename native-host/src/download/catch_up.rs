//! The MD5s of files that are coming, computed side by side from what is on the disk of each.

use super::md5::{LANES, Md5, update_all};
use super::part::Part;
use crate::problem::Result;
use std::sync::Arc;

/// What is read of each of many files at once.
const STRIDE: usize = 64 * 1024;
/// What one file's MD5 is brought forward by at most, so that others can join soon.
const LEAP: u64 = 8 * 1024 * 1024;

/// A file whose MD5 lags behind what is here of it.
#[derive(Debug)]
pub struct Lag {
    pub index: usize,
    pub part: Arc<Part>,
    pub md5: Box<Md5>,
    /// Everything before is here.
    pub end: u64,
}

/// Brings the MD5 of up to [`LANES`] files forward, side by side: to what is here of each, or by [`LEAP`].
pub fn catch_up(mut lags: Vec<Lag>) -> Vec<(usize, Result<Box<Md5>>)> {
    let mut buffers = vec![0; lags.len().min(LANES) * STRIDE];
    let mut done = Vec::with_capacity(lags.len());
    lags.iter_mut().for_each(|lag| lag.end = lag.end.min(lag.md5.length() + LEAP));
    loop {
        let mut inputs = Vec::with_capacity(lags.len());
        let mut behind = Vec::with_capacity(lags.len());
        let mut buffers = buffers.chunks_mut(STRIDE);
        for lag in lags {
            let (at, end) = (lag.md5.length(), lag.end);
            let Some(buffer) = buffers.next().filter(|_| at < end) else {
                done.push((lag.index, Ok(lag.md5)));
                continue;
            };
            let buffer = &mut buffer[..(end - at).min(STRIDE as u64) as usize];
            match lag.part.read_whole(buffer, at) {
                Ok(()) => {
                    inputs.push(&*buffer);
                    behind.push(lag);
                }
                Err(problem) => done.push((lag.index, Err(problem))),
            }
        }
        if behind.is_empty() {
            return done;
        }
        let mut sums: Vec<&mut Md5> = behind.iter_mut().map(|lag| &mut *lag.md5).collect();
        update_all(&mut sums, &inputs);
        lags = behind;
    }
}
