package totp

import (
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// What a label may take once it is percent-encoded, in bytes. The issuer
// stands in the URI twice, and the whole must fit into a QR code.
const (
	maxIssuer  = 400
	maxAccount = 800
)

// URI returns the otpauth key URI that authenticator apps read (Google
// Authenticator's Key URI format): label issuer:account, and the issuer again
// as a parameter. Both are cleaned as [Issuer] and [Account] say.
func URI(issuer, account string, secret []byte) string {
	shown, holder := encode(Issuer(issuer)), encode(Account(account))
	label := holder
	if shown != "" {
		label = shown + ":" + holder
	}
	return "otpauth://totp/" + label +
		"?secret=" + Base32(secret) +
		"&issuer=" + shown +
		"&algorithm=SHA1&digits=" + strconv.Itoa(Digits) +
		"&period=" + strconv.Itoa(Period)
}

// Issuer returns issuer as the URI shows it: a colon, which would end the
// issuer inside the label, becomes a hyphen; control characters, bidi
// overrides and broken UTF-8 are left out; what is too long is cut.
func Issuer(issuer string) string { return clean(issuer, maxIssuer) }

// Account does for the account what Issuer does for the issuer.
func Account(account string) string { return clean(account, maxAccount) }

func clean(label string, limit int) string {
	var out strings.Builder
	size := 0
	for _, r := range strings.ToValidUTF8(label, "") {
		switch {
		case r == ':':
			r = '-'
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			continue
		}
		size += len(encode(string(r)))
		if size > limit {
			break
		}
		out.WriteRune(r)
	}
	return strings.TrimSpace(out.String())
}

// encode percent-encodes everything but unreserved characters. A space is
// %20: some apps show the plus sign of a form encoding as it is.
func encode(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}
