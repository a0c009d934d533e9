//! Reads a batch file in constant memory, and prints which links have expired or must be renewed within two weeks: `sweep FILE`

use std::error::Error;
use std::fs::File;
use std::io::Read;
use std::time::{SystemTime, UNIX_EPOCH};

use ayrshare_user::records::{Report, Sweep, SweepOptions};

fn read(mut file: impl Read, options: SweepOptions) -> Result<Report, Box<dyn Error>> {
    let mut sweep = Sweep::new(options);
    loop {
        let len = file.read(sweep.reader().room(65_536))?;
        sweep.reader().fed(len);
        if len == 0 {
            sweep.reader().end();
            sweep.advance()?;
            return Ok(sweep.report());
        }
        sweep.advance()?;
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: sweep FILE")?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let report = read(
        File::open(path)?,
        SweepOptions::at(now.as_secs_f64() * 1_000.0),
    )?;
    println!(
        "{} profiles, {} accounts, {} links expired",
        report.profiles, report.accounts, report.expired
    );
    for link in &report.links {
        println!(
            "{} {}: {} days left",
            link.title.as_deref().unwrap_or("?"),
            link.network,
            link.days_left
        );
    }
    Ok(())
}
