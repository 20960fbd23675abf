package twofactor_test

import (
	"net/mail"
	"strings"
	"testing"
	"unicode/utf8"

	"sallyport/shared/twofactor"
)

func TestOnlyOnePlainAddressIsAnAddress(t *testing.T) {
	for _, good := range []string{
		"a@b.test", "jane.doe+2fa@example.com", "o'brien@xn--bcher-kva.example", "x_y-z@a-b.co.uk",
		strings.Repeat("l", 64) + "@example.com",
	} {
		if !twofactor.ValidAddress(good) {
			t.Errorf("%q was refused", good)
		}
	}
	for _, bad := range []string{
		"", "@", "a@", "@b.test", "a@b", "a b@c.test", "a@b.test, c@d.test", "a@b.test;c@d.test",
		"Jane <jane@b.test>", "<jane@b.test>", "jane(x)@b.test", `"jane"@b.test`, "a@b@c.test", "a@[192.0.2.1]",
		"a@b.test\r\nBcc: c@d.test", "a@b.test\n", "a\x00@b.test", ".a@b.test", "a.@b.test", "a..b@c.test",
		"a@.b.test", "a@b.test.", "a@b..test", "a@-b.test", "a@b-.test", "jäne@b.test", "a@bücher.test", "a@b.te\u200bst",
		strings.Repeat("l", 65) + "@example.com", "a@" + strings.Repeat("l", 64) + ".test",
		"a@" + strings.Repeat("abcdefghi.", 26) + "test",
	} {
		if twofactor.ValidAddress(bad) {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestAMaskedAddressShowsTheFirstLetterAndTheDomainInAtMost34Bytes(t *testing.T) {
	for in, want := range map[string]string{
		"jane@example.com":    "j•••@example.com",
		"j@b.test":            "j•••@b.test",
		"":                    "",
		"no address":          "",
		"jane@b.test, x@y.zz": "",
	} {
		if got := twofactor.MaskAddress(in); got != want {
			t.Errorf("MaskAddress(%q) = %q", in, got)
		}
	}
	long := twofactor.MaskAddress("jane@a-very-long-company-name.department.example.com")
	if len(long) != 34 || !strings.HasPrefix(long, "j•••@a-very") || !strings.Contains(long, "…") || !strings.HasSuffix(long, "e.com") {
		t.Errorf("%q has %d bytes", long, len(long))
	}
}

func FuzzAnAddressThatIsTakenIsOneAddressForEverybody(f *testing.F) {
	for _, seed := range []string{"a@b.test", "a@b.test,c@d.test", "a(c)@b.test", "ä@b.test", "a@b.test\r\nx: y"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		masked := twofactor.MaskAddress(s)
		if len(masked) > 34 || !utf8.ValidString(masked) {
			t.Errorf("masked %q", masked)
		}
		if !twofactor.ValidAddress(s) {
			return
		}
		parsed, err := mail.ParseAddress(s)
		if err != nil || parsed.Address != s || parsed.Name != "" {
			t.Errorf("%q is %v for net/mail: %v", s, parsed, err)
		}
	})
}
