package mail

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sallyport/shared/twofactor"
)

var update = flag.Bool("update", false, "write the golden files anew")

// kinds is the table of contract §7, typed from it by hand.
var kinds = []twofactor.MailKind{
	"required", "reminder", "enrollment_link", "email_code", "enrolled", "device_changed", "factor_removed",
	"backup_codes_replaced", "backup_code_used", "unlocked", "device_removed", "too_many_wrong_codes",
	"factor_disabled", "reset_requested", "reset_approved", "reset_denied", "reset_cancelled",
	"administrator_added", "address_changed",
}

// sample is a mail with everything that its kind can say.
func sample(kind twofactor.MailKind) (*twofactor.Mail, twofactor.Secret) {
	m := &twofactor.Mail{Kind: kind, To: "jane@example.com", Vars: map[string]string{
		twofactor.VarTenant: "Acme Support", twofactor.VarSupport: "help@acme.example",
		twofactor.VarAccount: "u-17", twofactor.VarName: "Jane Doe",
		twofactor.VarAt: "2026-03-04T05:06:07Z", twofactor.VarIP: "192.0.2.7",
	}}
	switch kind {
	case twofactor.MailEmailCode:
		return m, "042137"
	case twofactor.MailEnrollmentLink:
		m.Vars[twofactor.VarBy] = "owner-1"
		return m, "https://second.example/enroll#token.of.the.link"
	case twofactor.MailBackupCodeUsed:
		m.Vars[twofactor.DetailCodesLeft] = "9"
	case twofactor.MailUnlocked, twofactor.MailFactorRemoved:
		m.Vars[twofactor.VarBy] = "owner-1 (msp-parent)"
	case twofactor.MailAdministratorAdded:
		m.Vars[twofactor.DetailRole] = "super_admin"
	case twofactor.MailResetRequested:
		m.Vars[twofactor.DetailReason] = "My phone fell into a lake."
	case twofactor.MailResetApproved, twofactor.MailResetDenied:
		m.Vars[twofactor.DetailNote] = "We spoke on the phone."
	case twofactor.MailAddressChanged:
		m.Vars[twofactor.VarOldAddress] = "j•••@example.com"
		m.Vars[twofactor.VarNewAddress] = "j•••@example.org"
	}
	return m, ""
}

func TestEveryKindOfTheContractHasItsTextAndNoOther(t *testing.T) {
	if len(texts) != len(kinds) {
		t.Errorf("%d texts for %d kinds", len(texts), len(kinds))
	}
	for _, kind := range kinds {
		if _, ok := texts[kind]; !ok {
			t.Errorf("no text for %s", kind)
		}
	}
	if _, err := Render(&twofactor.Mail{Kind: "nonsense"}, ""); !errors.Is(err, ErrUnknownKind) {
		t.Errorf("an unknown kind gave %v", err)
	}
}

func TestEveryMailReadsAsItsGoldenFile(t *testing.T) {
	for _, kind := range kinds {
		t.Run(string(kind), func(t *testing.T) {
			message := mustRender(t, kind, nil)
			golden(t, string(kind)+".text.golden", "Subject: "+message.Subject+"\n\n"+message.Text)
			golden(t, string(kind)+".html.golden", message.HTML)
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; got:\n%s", name, got)
	}
}

// mustRender renders the sample of kind with some values set to others.
func mustRender(t *testing.T, kind twofactor.MailKind, vars map[string]string) Message {
	t.Helper()
	m, code := sample(kind)
	for name, value := range vars {
		m.Vars[name] = value
	}
	message, err := Render(m, code)
	if err != nil {
		t.Fatal(err)
	}
	return message
}

func TestBothPartsSayWhatAccountWhenFromWhereAndWhomToAsk(t *testing.T) {
	for _, kind := range kinds {
		message := mustRender(t, kind, nil)
		for _, fact := range []string{
			"Jane Doe (u-17)", "4 March 2026, 05:06:07 UTC", "192.0.2.7", "help@acme.example", "Acme Support",
		} {
			if !strings.Contains(message.Text, fact) || !strings.Contains(message.HTML, fact) {
				t.Errorf("%s does not say %q in both parts", kind, fact)
			}
		}
		if strings.Count(message.Text, "?\n") == 0 || !strings.Contains(message.HTML, "<h2>") {
			t.Errorf("%s does not say what to do if it was not you", kind)
		}
	}
}

func TestMailsOfATenantWithoutSupportAddressStillNameWhomToAsk(t *testing.T) {
	message := mustRender(t, twofactor.MailEnrolled, map[string]string{twofactor.VarSupport: ""})
	if !strings.Contains(message.Text, "turn to the people at Acme Support") {
		t.Errorf("no way out in:\n%s", message.Text)
	}
}

func TestOnlyTheCodeMailHoldsTheCodeAndOnlyTheLinkMailTheLink(t *testing.T) {
	const planted = "https://second.example/canary-774411"
	for _, kind := range kinds {
		m, _ := sample(kind)
		message, err := Render(m, planted)
		if err != nil {
			t.Fatal(err)
		}
		holds := strings.Contains(message.Subject+message.Text+message.HTML, "canary")
		wants := kind == twofactor.MailEmailCode || kind == twofactor.MailEnrollmentLink
		if holds != wants {
			t.Errorf("%s holds the code: %v", kind, holds)
		}
		if strings.Contains(message.Subject, "canary") {
			t.Errorf("%s shows the code in its subject", kind)
		}
		if links := strings.Count(message.HTML, "href="); (links == 1) != (kind == twofactor.MailEnrollmentLink) || links > 1 {
			t.Errorf("%s has %d links", kind, links)
		}
	}
}

func TestAnEnrollmentLinkThatIsNoWebAddressIsRefused(t *testing.T) {
	m, _ := sample(twofactor.MailEnrollmentLink)
	for _, link := range []twofactor.Secret{"", "javascript:alert(1)", "data:text/html,x", "//evil.example"} {
		if _, err := Render(m, link); !errors.Is(err, ErrNoLink) {
			t.Errorf("a link of %d bytes gave %v", len(link), err)
		}
	}
}

// hostile are names and reasons as an attacker would write them, with what
// must not come through and what must.
var hostile = []struct{ name, value, never, shown string }{
	{"EM-01 script", `<script>alert(1)</script>`, "<script", "alert(1)"},
	{"EM-01 markup", `<a href="x">y</a>`, `<a href="x"`, "y"},
	{"EM-02 header", "Jane\r\nBcc: eve@evil.test", "\nBcc:", "Jane Bcc:"},
	{"EM-03 link", "see http://evil.example/now", "evil.example", "http: //evil. example"},
	{"EM-03 bare host", "www.evil.example", "www.evil", "www. evil. example"},
	{"EM-03 bidi", "Jane\u202egnirts\u2066x", "\u202e", "Janegnirtsx"},
	{"EM-03 zero width", "Ja\u200bne\u2060\ufeff", "\u200b", "Jane"},
	{"EM-11 template", "{{.Secret}}", "<no value>", "{{.Secret}}"},
	{"EM-11 format", "%s %d ${HOME}", "MISSING", "%s %d ${HOME}"},
	{"forged advice", "x\n--- Nothing to worry about?\n\nAll is well", "\n--- ", "--- Nothing"},
	{"bad UTF-8", "Jane\xff\xfe", "\xff", "Jane"},
	{"ANSI", "Jane\x1b[31m", "\x1b", "Jane[31m"},
}

func TestWhatPeopleWriteIsShownAsPlainTextAndNothingElse(t *testing.T) {
	for _, attack := range hostile {
		t.Run(attack.name, func(t *testing.T) {
			message := mustRender(t, twofactor.MailResetRequested, map[string]string{
				twofactor.VarTenant: attack.value, twofactor.VarName: attack.value, twofactor.DetailReason: attack.value,
			})
			oneLine := strings.Join(strings.Fields(message.Text), " ")
			for _, part := range []string{message.Subject, oneLine} {
				if !strings.Contains(part, attack.shown) {
					t.Errorf("%q is not in %q", attack.shown, part)
				}
			}
			if strings.Contains(message.HTML, attack.never) {
				t.Errorf("%q came through", attack.never)
			}
			if strings.ContainsAny(message.Subject, "\r\n") {
				t.Errorf("line break in subject %q", message.Subject)
			}
			markup := strings.HasPrefix(attack.never, "<")
			if plain := message.Subject + message.Text; !markup && strings.Contains(plain, attack.never) {
				t.Errorf("%q came through in the text", attack.never)
			}
		})
	}
}

func TestALongValueIsCutAndStaysWhole(t *testing.T) {
	got := []rune(clean(strings.Repeat("é", 5000)))
	if len(got) != maxShown || got[maxShown-1] != '…' {
		t.Errorf("%d characters, last %q", len(got), got[len(got)-1])
	}
}

func TestAnAddressThatIsNoneIsNotShown(t *testing.T) {
	for _, value := range []string{"", "evil", "1.2.3.4.5", "<b>"} {
		if got := ip(value); got != "not known" {
			t.Errorf("ip(%q) = %q", value, got)
		}
	}
	if got := ip("2001:db8::1%eth0"); got != "2001:db8::1" {
		t.Errorf("zone kept: %q", got)
	}
}

func TestPlainTextLinesStayWithin72CharactersButForLinksAndFacts(t *testing.T) {
	for _, kind := range kinds {
		message := mustRender(t, kind, nil)
		body := strings.Split(message.Text, "\n")[1:]
		tooLong := func(line string) bool { return len([]rune(line)) > 72 && !strings.Contains(line, "://") }
		if i := slices.IndexFunc(body, tooLong); i >= 0 {
			t.Errorf("%s: %q", kind, body[i])
		}
	}
}

func FuzzCleanedTextIsOneLineWithoutControlsOrLinks(f *testing.F) {
	for _, attack := range hostile {
		f.Add(attack.value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		got := unlink(clean(value))
		if strings.Contains(got, "://") {
			t.Errorf("%q holds the start of a link", got)
		}
		for _, r := range got {
			if r != ' ' && visible(r) != r {
				t.Errorf("%q holds %U", got, r)
			}
		}
	})
}
