//! Files that are packed whole: gzip and zstd, known by their first bytes. Flow: path -> Packing -> a reader of what is inside.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;
use std::sync::Arc;

use super::error::IngestError;
use super::source::file_name;

/// What a file is wrapped in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    Plain,
    Gzip,
    Zstd,
}

/// A packed file whose format needs all of it at once may unpack to so much memory.
const UNPACKED_LIMIT: u64 = 2 << 30;

impl Packing {
    pub fn of(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xB5, 0x2F, 0xFD, ..] => Self::Zstd,
            _ => Self::Plain,
        }
    }

    /// Told by the first four bytes of the file.
    pub fn of_file(path: &Path) -> Result<Self, IngestError> {
        let io = |e: io::Error| IngestError::from_io(path, &e);
        let mut head = Vec::with_capacity(4);
        File::open(path).map_err(io)?.take(4).read_to_end(&mut head).map_err(io)?;
        Ok(Self::of(&head))
    }

    /// Unpacks a stream. gzip of several members and zstd of several frames are read to the end.
    pub fn unpack<'a>(self, packed: impl Read + Send + 'a) -> io::Result<Box<dyn Read + Send + 'a>> {
        Ok(match self {
            Self::Plain => Box::new(packed),
            Self::Gzip => Box::new(flate2::read::MultiGzDecoder::new(packed)),
            Self::Zstd => Box::new(zstd::Decoder::new(packed)?),
        })
    }

    /// Opens what is inside the file.
    pub fn open(self, path: &Path) -> Result<Box<dyn Read + Send>, IngestError> {
        let file = File::open(path).map_err(|e| IngestError::from_io(path, &e))?;
        self.unpack(file).map_err(|e| self.wrong(path, &e))
    }

    /// All that is inside, for formats that are read from their end.
    pub fn open_whole(self, path: &Path) -> Result<Whole, IngestError> {
        let mut bytes = Vec::new();
        self.open(path)?.take(UNPACKED_LIMIT + 1).read_to_end(&mut bytes).map_err(|e| self.wrong(path, &e))?;
        if bytes.len() as u64 > UNPACKED_LIMIT {
            return Err(IngestError::TooLargePacked { file: file_name(path), limit_gb: UNPACKED_LIMIT >> 30 });
        }
        Ok(Cursor::new(bytes.into()))
    }

    /// An error of reading in words: what is wrong inside a packed file is the archive's fault.
    pub fn wrong(self, path: &Path, error: &io::Error) -> IngestError {
        let kind = match self {
            Self::Plain => return IngestError::from_io(path, error),
            Self::Gzip => "a gzip archive",
            Self::Zstd => "a zstd archive",
        };
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied => IngestError::from_io(path, error),
            _ => IngestError::Unpackable { file: file_name(path), kind },
        }
    }
}

/// A file's content in memory, shared by whoever seeks in it.
pub type Whole = Cursor<Arc<[u8]>>;

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn packed_text_is_unpacked_whatever_its_name_and_a_cut_archive_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let text = "a,b\n".repeat(10_000);
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gz.write_all(text.as_bytes()).unwrap();
        let gz = gz.finish().unwrap();
        let two_members = [gz.clone(), gz.clone()].concat();
        let zst = zstd::encode_all(text.as_bytes(), 3).unwrap();
        for (name, bytes, times) in
            [("a.csv", gz.clone(), 1), ("b.gz", two_members, 2), ("c", zst.clone(), 1), ("d", text.clone().into_bytes(), 1)]
        {
            let path = dir.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            let packing = Packing::of_file(&path).unwrap();
            assert_eq!(packing == Packing::Plain, name == "d");
            let mut read = String::new();
            packing.open(&path).unwrap().read_to_string(&mut read).unwrap();
            assert_eq!(read.len(), text.len() * times, "{name}");
        }
        for (bytes, kind) in [(&gz[..gz.len() / 2], "a gzip archive"), (&zst[..zst.len() / 2], "a zstd archive")] {
            let path = dir.path().join("cut");
            std::fs::write(&path, bytes).unwrap();
            let error = Packing::of_file(&path).unwrap().open_whole(&path).unwrap_err();
            assert!(matches!(&error, IngestError::Unpackable { kind: told, .. } if *told == kind), "{error}");
        }
    }
}
