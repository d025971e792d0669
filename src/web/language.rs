//! Which language a browser asks for.

use actix_web::HttpRequest;
use actix_web::http::header::ACCEPT_LANGUAGE;

use crate::values::Language;

/// The first of our languages in `Accept-Language` by weight; English where it says nothing we speak.
pub fn of(request: &HttpRequest) -> Language {
    let header = request.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    preferred(header)
}

fn preferred(header: &str) -> Language {
    let mut best = (0.0_f32, Language::English);
    for wish in header.split(',').take(20) {
        let mut parts = wish.split(';').map(str::trim);
        let tag = parts.next().unwrap_or_default();
        let primary = tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1.0), |q| q.parse().ok()).unwrap_or(0.0);
        if let Ok(language) = primary.parse::<Language>()
            && weight > best.0
        {
            best = (weight, language);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_language_we_speak_wins() {
        assert_eq!(preferred(""), Language::English);
        assert_eq!(preferred("es-MX,es;q=0.9,en;q=0.8"), Language::Spanish);
        assert_eq!(preferred("de-DE,en;q=0.5,es;q=0.7"), Language::Spanish);
        assert_eq!(preferred("en-US,es;q=0.9"), Language::English);
        assert_eq!(preferred("es;q=0,*;q=1"), Language::English);
        assert_eq!(preferred("es;q=nan, zh;;;="), Language::English);
    }
}
