package totp_test

import (
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/pquerna/otp"

	"sallyport/shared/totp"
)

var labels = []struct{ issuer, account string }{
	{"Acme", "jo@example.com"},
	{"Acme: Prod", "a:b:c"},
	{"What?", "jo?secret=AAAA"},
	{"A&secret=AAAA", "jo&secret=AAAA&issuer=Evil"},
	{"100%", "jo%20%3A%00"},
	{"two\nlines\r", "jo\x00\x7f\x1b[31m"},
	{"🔐 Säkert", "👩‍💻@exämple.com"},
	{"a/b\\c", "../..#fragment"},
	{"a+b c", "jo+tag@example.com"},
	{"\u202egnp.exe", "\xff\xfe"},
	{"", "jo"},
	{" ", ""},
	{strings.Repeat("🔐", 500), strings.Repeat("x", 5000)},
}

// checkURI holds for every issuer and account.
func checkURI(t *testing.T, issuer, account string) {
	t.Helper()
	uri := totp.URI(issuer, account, []byte(secret20))
	key, err := otp.NewKeyFromURL(uri)
	if err != nil {
		t.Fatalf("%q does not parse: %v", uri, err)
	}
	if key.Issuer() != totp.Issuer(issuer) || key.AccountName() != totp.Account(account) {
		t.Errorf("%q reads as %q, %q", uri, key.Issuer(), key.AccountName())
	}
	if key.Secret() != totp.Base32([]byte(secret20)) || key.Period() != totp.Period ||
		key.Digits() != otp.DigitsSix || key.Algorithm() != otp.AlgorithmSHA1 {
		t.Errorf("%q has other parameters", uri)
	}
	parsed, err := url.Parse(uri)
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range parsed.Query() {
		if len(values) != 1 {
			t.Errorf("%q names %s %d times", uri, name, len(values))
		}
	}
	if strings.Count(uri, "secret=") != 1 || len(parsed.Query()) != 5 || parsed.Fragment != "" {
		t.Errorf("%q has more in it than five parameters", uri)
	}
	if strings.ContainsAny(uri, " +\n") || !utf8.ValidString(uri) {
		t.Errorf("%q is not all percent-encoded", uri)
	}
	if _, _, err := totp.QR(uri); err != nil {
		t.Errorf("%q: %v", uri, err)
	}
}

func TestAKeyURIParsesBackWhateverTheNamesHold(t *testing.T) {
	for _, l := range labels {
		checkURI(t, l.issuer, l.account)
	}
}

func TestNamesWithoutColonsAndControlsComeBackUnchanged(t *testing.T) {
	for _, name := range []string{"What?", "A&secret=AAAA", "100%", "🔐 Säkert", "👩‍💻", "a/b\\c#d", "jo+tag@example.com"} {
		if got := totp.Issuer(name); got != name {
			t.Errorf("%q became %q", name, got)
		}
		if got := totp.Account(name); got != name {
			t.Errorf("%q became %q", name, got)
		}
	}
}

func TestColonsAndControlsNeverReachTheLabel(t *testing.T) {
	for name, want := range map[string]string{
		"Acme: Prod": "Acme- Prod", "two\nlines": "twolines", "\u202ea": "a", " a ": "a", "\xffa": "a",
	} {
		if got := totp.Issuer(name); got != want {
			t.Errorf("%q became %q, want %q", name, got, want)
		}
	}
}

func TestTheLongestMailAddressIsNotCut(t *testing.T) {
	address := strings.Repeat("+", 242) + "@example.com"
	if got := totp.Account(address); got != address {
		t.Errorf("an address of %d bytes was cut to %d", len(address), len(got))
	}
}

func TestTheLabelIsIssuerColonAccountPercentEncoded(t *testing.T) {
	got := totp.URI("Acme Ltd", "jo@example.com", []byte(secret20))
	want := "otpauth://totp/Acme%20Ltd:jo%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" +
		"&issuer=Acme%20Ltd&algorithm=SHA1&digits=6&period=30"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func FuzzAKeyURIParsesBack(f *testing.F) {
	for _, l := range labels {
		f.Add(l.issuer, l.account)
	}
	f.Fuzz(checkURI)
}
