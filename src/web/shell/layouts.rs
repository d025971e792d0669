//! The layouts, rendered.

use askama::Template;

use super::*;

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{% extends "layout/staff.html" %}{% block title %}Try{% endblock %}{% block main %}x{% endblock %}"#
)]
struct Staff {
    shell: Shell,
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{% extends "layout/gate.html" %}{% block title %}Try{% endblock %}{% block main %}x{% endblock %}"#
)]
struct AtGate {
    gate: Gate,
}

#[derive(Template)]
#[template(ext = "html", source = r#"{% extends "layout/public.html" %}{% block content %}x{% endblock %}"#)]
struct Public<'a> {
    t: &'static Texts,
    front: Front<'a>,
}

#[test]
fn a_staff_page_links_only_to_what_the_person_may_see() {
    let mut shell = Shell::new("Elevate", "Nadia Osei", Section::People);
    shell.manages_people = true;
    let page = Staff { shell }.render().unwrap();
    assert!(page.contains("/staff/people\" aria-current=\"page\""));
    assert!(!page.contains("/staff/quarantine"));
}

#[test]
fn public_pages_and_gates_keep_help_in_view_and_titles_neutral() {
    let facility = crate::config::Facility {
        name: "Elevate Addiction Services".into(),
        short_name: "Elevate".into(),
        phone: "(831) 555-0142".into(),
        phone_is_example: true,
        time_zone: chrono_tz::America::Los_Angeles,
        staffed_hours: None,
        reference_prefix: "EL".into(),
    };
    let public = Public { t: Texts::of(Language::Spanish), front: Front::of(&facility) }.render().unwrap();
    let gate = AtGate { gate: Gate::of(&facility) }.render().unwrap();
    assert!(public.contains("<title>Contacto · Elevate</title>") && public.contains("lang=\"es\""));
    for page in [public, gate] {
        for number in ["tel:911", "tel:988", "tel:+18006624357", "https://www.weather.gov/"] {
            assert!(page.contains(number), "{number} is missing");
        }
    }
}

#[test]
fn nobody_can_write_a_tag_into_the_shell() {
    let page = Staff { shell: Shell::new("<b>", "\"><script>", Section::Queue) }.render().unwrap();
    assert!(!page.contains("<script>") && !page.contains("<b>"));
}
