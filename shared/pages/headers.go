package pages

import "strings"

// policy is the Content-Security-Policy of every page: scripts, styles and
// calls only of this service, pictures only from the page itself (the QR code
// and the icon are data: URLs), nothing framed, nothing posted by a form, and
// no text ever parsed as HTML or script (trusted types).
var policy = strings.Join([]string{
	"default-src 'none'",
	"script-src 'self'",
	"style-src 'self'",
	"img-src data:",
	"connect-src 'self'",
	"form-action 'none'",
	"frame-ancestors 'none'",
	"base-uri 'none'",
	"require-trusted-types-for 'script'",
	"trusted-types 'none'",
}, "; ")

// securityHeaders stand on every page and on all that pages load. no-store is
// for these too: a page shows a secret, and its parts must be of one version.
var securityHeaders = map[string]string{
	"Cache-Control":                "no-store",
	"Content-Security-Policy":      policy,
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy":           "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
	"Referrer-Policy":              "no-referrer",
	"X-Content-Type-Options":       "nosniff",
	"X-Frame-Options":              "DENY",
}
