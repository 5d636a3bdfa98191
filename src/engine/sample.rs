pub const NAME: &str = "Apex National Bank";
pub fn write_files(_: &std::path::Path) -> Result<(), crate::store::StoreError> {
    Ok(())
}
