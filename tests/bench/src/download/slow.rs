//! A line where each connection is slow, as over a real network.

use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep_until};

const RATE: f64 = 20.0 * 1024.0 * 1024.0;
const DELAY: Duration = Duration::from_millis(30);

/// Passes TCP on, 20 MiB/s a connection, every byte 30 ms late.
#[derive(Debug)]
pub struct Slow {
    pub port: u16,
}

impl Slow {
    pub async fn start(port: u16) -> Result<Self, String> {
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(|error| error.to_string())?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let Ok(server) = TcpStream::connect(("127.0.0.1", port)).await else { return };
                    let (client, server) = (client.into_split(), server.into_split());
                    tokio::join!(pass(client.0, server.1), pass(server.0, client.1));
                });
            }
        });
        Ok(Self { port: address.port() })
    }
}

async fn pass(mut from: impl AsyncReadExt + Unpin, mut to: impl AsyncWriteExt + Unpin) {
    let (sender, mut receiver) = tokio::sync::mpsc::channel::<(Instant, Vec<u8>)>(64);
    let read = async move {
        let mut due = Instant::now();
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(length) = from.read(&mut buffer).await {
            if length == 0 {
                break;
            }
            due = due.max(Instant::now()) + Duration::from_secs_f64(length as f64 / RATE);
            sleep_until(due).await;
            if sender.send((due + DELAY, buffer[..length].to_vec())).await.is_err() {
                break;
            }
        }
    };
    let write = async move {
        while let Some((due, bytes)) = receiver.recv().await {
            sleep_until(due).await;
            if to.write_all(&bytes).await.is_err() {
                break;
            }
        }
        drop(to.shutdown().await);
    };
    tokio::join!(read, write);
}
