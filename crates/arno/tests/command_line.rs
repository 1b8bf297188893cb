//! What the program prints and refuses, without a running server.

mod support;

use std::net::TcpListener;
use support::Place;

#[test]
fn config_shows_each_value_with_its_source_and_masks_secrets() {
    let place = Place::new();
    place.write("arno.toml", "listen = \"0.0.0.0\"\n\n[web]\nport = 9090\n");
    let output = place
        .command(&["config", "--files-port", "9092"])
        .env("ARNO_API_PORT", "9091")
        .env("ARNO_SECRET_KEY", "hush")
        .env("ARNO_DATABASE_URL", "postgres://arno:hush@db/arno")
        .env("ARNO_WEBPORT", "1")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let row = |key: &str| {
        let line = text.lines().find(|line| line.starts_with(key)).expect(key);
        line.split_whitespace().skip(1).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(row("listen"), "0.0.0.0 arno.toml:1");
    assert_eq!(row("web.port"), "9090 arno.toml:4");
    assert_eq!(row("api.port"), "9091 ARNO_API_PORT");
    assert_eq!(row("files.port"), "9092 --files-port");
    assert_eq!(row("secret_key"), "******** ARNO_SECRET_KEY");
    assert_eq!(row("admin.user"), "admin default");
    assert!(text.ends_with("\nNot settings, ignored: ARNO_WEBPORT\n"), "{text}");
    assert!(!text.contains("hush"), "{text}");
}

#[test]
fn the_reference_page_is_current() {
    let page = Place::new().run(&["config", "--reference"]).good();
    let kept =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/settings.md"));
    assert_eq!(kept.unwrap(), page, "run: arno config --reference > docs/settings.md");
}

#[test]
fn a_broken_settings_file_stops_the_start_with_its_line() {
    let cases = [
        ("[web]\nport = = 1\n", "arno: arno.toml:2: "),
        (
            "[web]\n\nprot = 1\n",
            "arno: arno.toml:3: there is no setting web.prot; `arno config --reference` lists them all",
        ),
        (
            "[web]\nport = 70000\n",
            "arno: arno.toml:2: web.port: \"70000\" is not a port (a number from 0 to 65535)",
        ),
        (
            "listen = \"here\"\n",
            "arno: arno.toml:1: listen: \"here\" is not an IP address (such as 127.0.0.1, 0.0.0.0 or ::)",
        ),
        (
            "trusted_proxies = \"proxy\"\n",
            "arno: arno.toml:1: trusted_proxies: \"proxy\" is not a list of addresses: proxy is neither",
        ),
        (
            "[tls]\ncert = \"c.pem\"\n",
            "arno: arno.toml:2: tls.cert needs tls.key; set both, or neither",
        ),
        (
            "timezone = \"Mars\"\n",
            "arno: arno.toml:1: timezone: \"Mars\" is no time zone (such as UTC or Europe/Paris)",
        ),
        ("connections = 0\n", "arno: arno.toml:1: connections: \"0\" is not a number from 1 on"),
    ];
    for (content, message) in cases {
        let place = Place::new();
        place.write("arno.toml", content);
        let refusal = place.run(&["server"]).refused();
        assert!(refusal.starts_with(message), "{refusal}");
        assert!(!place.path().join("arno-data").exists(), "nothing may be made");
    }
}

#[test]
fn a_settings_file_that_is_named_must_exist() {
    let refusal = Place::new().run(&["config", "--config", "other.toml"]).refused();
    assert_eq!(
        refusal,
        "arno: other.toml: No such file or directory (os error 2); make it readable or start \
         without it"
    );
}

#[test]
fn doctor_is_content_with_an_empty_folder_and_changes_nothing() {
    let place = Place::new();
    let report =
        place.run(&["doctor", "--web-port", "0", "--api-port", "0", "--files-port", "0"]).good();
    assert!(report.contains("./arno-data will be made on the first start"), "{report}");
    assert_eq!(place.path().read_dir().unwrap().count(), 0);
}

#[test]
fn doctor_names_a_taken_port_and_the_flag_that_chooses_another() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let port = taken.local_addr().unwrap().port().to_string();
    let ports = ["doctor", "--web-port", &port, "--api-port", "0", "--files-port", "0"];
    let outcome = Place::new().run(&ports);
    assert_eq!(outcome.code, 1);
    let expected = format!("FAIL  web port        {address} is taken by another program\n");
    assert!(outcome.stdout.contains(&expected), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("choose another port with --web-port"), "{}", outcome.stdout);
}

#[test]
fn a_start_on_a_taken_port_is_refused_in_one_line() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let ports = ["server", "--web-port", "0", "--api-port", &port, "--files-port", &port];
    let refusal = Place::new().run(&ports).refused();
    assert!(refusal.contains(&port) && refusal.contains("ARNO_API_PORT"), "{refusal}");
}

#[test]
fn a_start_with_what_cannot_be_believed_is_refused_in_one_line() {
    for (arguments, message) in [
        (
            ["--tls-cert", "c.pem", "--tls-key", "k.pem"],
            "arno: c.pem: I/O error: No such file or directory (os error 2); give a \
             readable file with the certificate in PEM form in tls.cert",
        ),
        (
            ["--tls-cert", "empty.pem", "--tls-key", "k.pem"],
            "arno: empty.pem: there is no certificate in it; give the certificate in PEM form in \
             tls.cert",
        ),
        (
            ["--ca-bundle", "empty.pem", "--log", "warn"],
            "arno: empty.pem: there is no certificate in it; give those of the authorities in PEM \
             form in ca.bundle",
        ),
        (
            ["--public-web-url", "lab.example", "--log", "warn"],
            "arno: public.web_url: lab.example is no URL such as https://arno.lab.example or \
             https://lab.example/arno; correct it, or remove it",
        ),
    ] {
        let place = Place::new();
        place.write("empty.pem", "");
        let ports = ["server", "--web-port", "0", "--api-port", "0", "--files-port", "0"];
        let refusal = place.run(&[ports.as_slice(), arguments.as_slice()].concat()).refused();
        assert_eq!(refusal, message);
    }
}

#[test]
fn a_file_where_the_data_directory_should_be_is_refused() {
    let place = Place::new();
    place.write("arno-data", "");
    let refusal = place.run(&["server"]).refused();
    assert!(refusal.starts_with("arno: data directory ./arno-data: "), "{refusal}");
    assert!(refusal.ends_with("choose another with --data-dir or ARNO_DATA_DIR"), "{refusal}");
    assert_eq!(place.run(&["doctor"]).code, 1);
}

#[test]
fn administration_before_the_first_start_says_what_to_do() {
    let place = Place::new();
    let refusal = place.run(&["user", "add", "ada"]).refused();
    assert_eq!(refusal, "arno: there is nothing in ./arno-data yet; run `arno up` once first");
    assert_eq!(place.path().read_dir().unwrap().count(), 0);
}
