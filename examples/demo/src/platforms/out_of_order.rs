//! Pages that are no listing, though they come with status 200: a visitor check, and a redesign.

use crate::markup::page;

/// What stands in front of a site that has had enough of robots.
pub(crate) fn visitor_check() -> String {
    let body = "<div class=\"main-wrapper\" role=\"main\"><div class=\"main-content\">\n<h1 class=\"zone-name-title\">One moment, please</h1>\n\
        <h2 class=\"h2\" id=\"challenge-running\">Checking if the site connection is secure</h2>\n\
        <form id=\"challenge-form\" action=\"?check=1\" method=\"POST\"><div class=\"g-recaptcha\" data-sitekey=\"demo\"></div>\
        <label><input type=\"checkbox\" name=\"human\"> Verify you are human by completing the captcha below.</label></form>\n\
        <noscript>Enable JavaScript and cookies to continue</noscript>\n</div></div>";
    page("en", "Just a moment...", "<meta name=\"robots\" content=\"noindex,nofollow\">\n", body)
}

/// A venue's new site, under the address of the old one: the shows are there, and nothing of the layout that was read is.
pub(crate) fn redesigned(name: &str) -> String {
    let card = |day: &str, act: &str| {
        format!(
            "<div class=\"Card_root__x81kz\"><span class=\"Card_when__Qp2\">{day}</span><span class=\"Card_act__s9a\">{act}</span>\
             <button class=\"Button_primary__77a\" type=\"button\">RSVP</button></div>"
        )
    };
    let body = format!(
        "<div id=\"__next\"><nav class=\"Nav_root__a1\"><a href=\"/\">{name}</a></nav><h1 class=\"Hero_title__z3\">We have a new website!</h1>\n\
         <div class=\"Grid_root__p0\">{}{}</div></div>",
        card("Next week", "Anvil Sisters"),
        card("The week after", "Rust Never Sleeps In")
    );
    page("en", name, "<meta name=\"generator\" content=\"Next.js\">\n", &body)
}
