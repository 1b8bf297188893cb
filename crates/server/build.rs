//! Makes the folder of the built pages exist, so that a build without them works too, and builds
//! again when they change.

fn main() {
    let pages = concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/dist");
    if let Err(error) = std::fs::create_dir_all(pages) {
        println!("cargo:warning={pages}: {error}");
    }
    println!("cargo:rerun-if-changed={pages}");
    println!("cargo:rerun-if-changed=build.rs");
}
