//! A server's life as its administrator sees it.

mod support;

use std::os::unix::fs::PermissionsExt;
use support::Place;

#[test]
fn the_first_start_tells_what_is_needed_and_the_second_keeps_the_secret() {
    let place = Place::new();
    let first = place.up();
    let password = first.told("Password").to_owned();
    assert_eq!(first.told("Sign in as"), "admin");
    assert_eq!(first.sign_in("admin", &password), 200);
    assert_eq!(first.sign_in("admin", "guessed"), 401);

    let conf = place.path().canonicalize().unwrap().join("arno-data/clearml.conf");
    assert_eq!(first.told("Client configuration:"), conf.to_str().unwrap());
    assert_eq!(conf.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let text = std::fs::read_to_string(&conf).unwrap();
    assert!(text.contains(first.told("API")) && text.contains(first.told("Files")), "{text}");
    let value = |name: &str| {
        let line = text.lines().find(|line| line.contains(name)).expect(name);
        line.split('"').nth_back(1).unwrap().to_owned()
    };
    assert_eq!(first.sign_in(&value("access_key"), &value("secret_key")), 200);
    assert_eq!(first.end("INT"), 0);

    let second = place.up();
    assert!(!second.welcome.contains("Password"), "{}", second.welcome);
    assert_eq!(second.sign_in("admin", &password), 200);
    assert_eq!(std::fs::read_to_string(&conf).unwrap(), text);
    assert_eq!(second.end("TERM"), 0);
}

#[test]
fn one_server_at_a_time_has_the_data_directory() {
    let place = Place::new();
    let up = place.up();
    let refusal = place.run(&["server"]).refused();
    assert!(refusal.contains(&format!("in use by Arno process {}", up.pid())), "{refusal}");
    let report = place.run(&["doctor"]).good();
    assert!(report.contains(&format!("process {} answers at", up.pid())), "{report}");
    assert!(report.ends_with("\nAll is well.\n"), "{report}");
    assert_eq!(up.end("TERM"), 0);
}

#[test]
fn users_are_administered_beside_the_server() {
    let place = Place::new();
    let up = place.up();
    let added = place.run(&["user", "add", "ada", "--role", "viewer"]).good();
    let password = added.split_whitespace().skip_while(|word| *word != "Password:").nth(1);
    let password = password.expect("a password").to_owned();
    assert_eq!(up.sign_in("ada", &password), 200);
    assert_eq!(
        place.run(&["user", "add", "ada"]).refused(),
        "arno: there is a user ada already; `arno user list` shows all"
    );
    assert_eq!(
        place.run(&["user", "list"]).good(),
        "NAME   ROLE    STATE   CREDENTIALS\nadmin  admin   active  1\nada    viewer  active  0\n"
    );

    let changed = place.run(&["user", "passwd", "ada"]).good();
    assert!(changed.starts_with("Set the password of ada; earlier sign-ins end."), "{changed}");
    assert_eq!(up.sign_in("ada", &password), 401);

    assert_eq!(
        place.run(&["user", "remove", "admin"]).refused(),
        "arno: admin is the last administrator; add another one first"
    );
    place.run(&["user", "remove", "ada"]).good();
    assert_eq!(
        place.run(&["user", "remove", "ada"]).refused(),
        "arno: there is no user ada; `arno user list` shows all"
    );
    assert_eq!(
        place.run(&["user", "add", "bob", "--role", "king"]).refused(),
        "arno: there is no role king; choose admin, manager, user, viewer or service"
    );
    assert_eq!(up.end("TERM"), 0);
}

#[test]
fn credentials_work_until_they_are_revoked() {
    let place = Place::new();
    let up = place.up();
    let created = place.run(&["credentials", "create", "--user", "admin", "--label", "laptop"]);
    let conf = created.good();
    assert!(conf.contains(up.told("API")), "the running server's addresses: {conf}");
    let value = |name: &str| {
        let line = conf.lines().find(|line| line.contains(name)).expect(name);
        line.split('"').nth_back(1).unwrap().to_owned()
    };
    let (access, secret) = (value("access_key"), value("secret_key"));
    assert_eq!(up.sign_in(&access, &secret), 200);
    let listed = place.run(&["credentials", "list", "--user", "admin"]).good();
    let row = listed.lines().find(|line| line.starts_with(&access)).expect("the key");
    assert!(row.contains("laptop") && !listed.contains(&secret), "{listed}");

    place.run(&["credentials", "revoke", &access]).good();
    assert_eq!(up.sign_in(&access, &secret), 401);
    let refusal = place.run(&["credentials", "revoke", &access]).refused();
    assert!(refusal.contains("`arno credentials list` shows all"), "{refusal}");
    assert_eq!(up.end("TERM"), 0);
}

#[test]
fn data_of_a_newer_program_is_left_alone() {
    let place = Place::new();
    assert_eq!(place.up().end("TERM"), 0);
    let meta = rusqlite::Connection::open(place.path().join("arno-data/meta.db")).unwrap();
    meta.execute("INSERT INTO migration (version, name, applied) VALUES (999, 'later', 0)", [])
        .unwrap();
    drop(meta);
    let ports = ["--web-port", "0", "--api-port", "0", "--files-port", "0"];
    let refusal = place.run(&[&["server"], &ports[..]].concat()).refused();
    assert!(refusal.contains("schema version 999"), "{refusal}");
    assert!(place.run(&["user", "list"]).refused().contains("schema 999"));
    let doctor = place.run(&[&["doctor"], &ports[..]].concat());
    assert_eq!(doctor.code, 1);
    assert!(doctor.stdout.contains("start the newer program"), "{}", doctor.stdout);
}
