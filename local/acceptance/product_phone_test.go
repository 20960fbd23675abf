package acceptance

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"sallyport/local/api"
)

// phone is an authenticator app that was set up, and what came with it.
type phone struct {
	key   string
	codes []string
	// done is the answer of complete.
	done api.Answer
}

// enrols sets an app up with a person's token, from the QR code to the saved
// backup codes. proof is the current code, for a change of device.
func (p *product) enrols(person api.Client, user string, proof any) phone {
	p.t.Helper()
	begun := p.Call(person, 201, "POST", "/v1/enrollment", proof)
	if begun.Value("email_verification", "required") == true {
		begun = p.provesMailbox(person, user, begun)
	}
	got := phone{key: p.scans(begun, user)}
	p.refused(p.Call(person, 403, "POST", "/v1/enrollment/confirm", map[string]string{"code": wrong(p.Code(got.key))}), "code_wrong")
	saved := map[string]bool{"backup_codes_saved": true}
	p.refused(p.Call(person, 409, "POST", "/v1/enrollment/complete", saved), "not_confirmed")
	confirmed := p.Call(person, 200, "POST", "/v1/enrollment/confirm", map[string]string{"code": p.Code(got.key)})
	got.codes = p.backupCodes(confirmed)
	if len(got.codes) > 0 {
		p.Call(person, 422, "POST", "/v1/enrollment/complete", map[string]bool{"backup_codes_saved": false})
	}
	got.done = p.Call(person, 200, "POST", "/v1/enrollment/complete", saved)
	return got
}

// enrolsInLogin signs in, is asked to set a second factor up, and does it.
func (p *product) enrolsInLogin(user, reason string) phone {
	p.t.Helper()
	login := p.signIn(user)
	p.decided(login, "enroll", reason)
	got := p.enrols(p.Person(login.Text("login")), user, nil)
	p.letsIn(user, login.Text("login_id"), got.done.Text("assertion"), "otp", "mfa")
	return got
}

// selfService opens the page on which a user manages his own factor.
func (p *product) selfService(user string) api.Client {
	p.t.Helper()
	return p.Person(p.Call(p.Platform, 201, "POST", p.user(user)+"/self-service", map[string]string{}).Text("token"))
}

// scans reads the QR code as a phone does, finds in it what any authenticator
// app takes, and the same key as is shown to be typed in.
func (p *product) scans(begun api.Answer, user string) (key string) {
	p.t.Helper()
	picture, err := base64.StdEncoding.DecodeString(begun.Text("qr_png"))
	if err != nil {
		p.t.Fatal(err)
	}
	uri := scan(p.t, picture)
	key = uri.Query().Get("secret")
	if key == "" || key != begun.Text("secret") {
		p.t.Error("the QR code and the key to type in differ")
	}
	for name, usual := range map[string]string{"algorithm": "SHA1", "digits": "6", "period": "30", "issuer": p.tenantName()} {
		if got := uri.Query().Get(name); got != usual {
			p.t.Errorf("the app reads %s=%q, want %q", name, got, usual)
		}
	}
	if uri.Host != "totp" || !strings.HasSuffix(uri.Path, ":"+p.Address(user)) {
		p.t.Errorf("the app reads %s%s", uri.Host, uri.Path)
	}
	p.secrets = append(p.secrets, key)
	return key
}

// provesMailbox enters the code that the user was mailed. Before that neither
// key nor QR code is shown, and no app can be confirmed.
func (p *product) provesMailbox(person api.Client, user string, begun api.Answer) api.Answer {
	p.t.Helper()
	if begun.Value("secret") != nil || begun.Value("qr_png") != nil || begun.Value("qr_svg") != nil || begun.Value("otpauth_uri") != nil {
		p.t.Error("the key is shown before the mailbox is proved")
	}
	p.refused(p.Call(person, 409, "POST", "/v1/enrollment/confirm", map[string]string{"code": "123456"}), "email_not_verified")
	p.Call(person, 202, "POST", "/v1/enrollment/email", nil)
	code := mailedCode(p.mailed(user, "email_code"))
	p.refused(p.Call(person, 403, "POST", "/v1/enrollment/email", map[string]string{"code": wrong(code)}), "email_code_wrong")
	return p.Call(person, 200, "POST", "/v1/enrollment/email", map[string]string{"code": code})
}

// provedMailbox fails the test unless the user has entered so many codes from
// the mailbox.
func (p *product) provedMailbox(user string, times int) {
	p.t.Helper()
	if got := p.read["email_code "+user]; got != times {
		p.t.Errorf("%s proved the mailbox %d times, want %d", user, got, times)
	}
}

// backupCodes reads new backup codes out of an answer.
func (p *product) backupCodes(a api.Answer) []string {
	p.t.Helper()
	var shown struct {
		Codes []string `json:"backup_codes"`
	}
	if err := json.Unmarshal(a.Body, &shown); err != nil {
		p.t.Fatal(err)
	}
	p.secrets = append(p.secrets, shown.Codes...)
	return shown.Codes
}
