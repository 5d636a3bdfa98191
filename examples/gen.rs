use karat::generate::*;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let s = generate_bank(
        &GenerateSpec {
            customers: a[1].parse().unwrap(),
            seed: a[2].parse().unwrap(),
            thin: if a.len() > 4 { Some(Thinning::SAMPLE) } else { None },
        },
        std::path::Path::new(&a[3]),
        &karat::base::RunCtx::default(),
    )
    .unwrap();
    println!("{}", serde_json::to_string_pretty(&s.manifest).unwrap());
}
