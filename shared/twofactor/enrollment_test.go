package twofactor_test

import (
	"bytes"
	"net/url"
	"strings"
	"testing"
	"time"

	"sallyport/shared/totp"
	"sallyport/shared/twofactor"
)

// mustEnrol is a tenant that requires a factor, with one user who has none.
func mustEnrol(t testing.TB, changes ...func(*twofactor.Policy)) (*rig, twofactor.Ref) {
	t.Helper()
	r := newRig(t)
	require := func(p *twofactor.Policy) { p.Mode = twofactor.ModeRequired }
	r.tenant("acme", append([]func(*twofactor.Policy){require}, changes...)...)
	return r, r.user("acme", "jane")
}

func (r *rig) begin(token twofactor.Secret, code ...twofactor.Secret) (twofactor.EnrollmentAnswer, error) {
	r.t.Helper()
	var in twofactor.ProofInput
	if len(code) > 0 {
		in.Code = code[0]
	}
	return r.enroll.Begin(r.ctx, r.person(token), in)
}

func (r *rig) begun(token twofactor.Secret, code ...twofactor.Secret) phone {
	r.t.Helper()
	shown, err := r.begin(token, code...)
	r.ok(err)
	return phone{ref: r.person(token).Person.Ref, secret: decodeSecret(r.t, shown.Secret)}
}

// EN-01: at least 160 bits, shown to the token that began it and to no other.
func TestEN01ASecretHas160BitsAndIsShownToItsOwnTokenOnly(t *testing.T) {
	r, jane := mustEnrol(t)
	token := r.signIn(jane).Login
	first := r.begun(token)
	if len(first.secret) < 20 || bytes.Equal(first.secret, make([]byte, 20)) {
		t.Errorf("a secret of %d bytes", len(first.secret))
	}
	if again := r.begun(token); !bytes.Equal(first.secret, again.secret) {
		t.Error("the same token got another secret")
	}
	if other := r.begun(r.signIn(jane).Login); bytes.Equal(first.secret, other.secret) {
		t.Error("another token got the same secret")
	}
	// Once complete, nothing shows it again.
	r2, joe := mustEnrol(t)
	login := r2.signIn(joe).Login
	r2.enrolWith(login)
	_, err := r2.begin(login)
	r2.refused(err, twofactor.CodeLoginUsed)
	own := r2.selfService(joe)
	_, err = r2.begin(own)
	r2.refused(err, twofactor.CodeInvalid)
}

func TestEN01NoTwoEnrolmentsHaveTheSameSecret(t *testing.T) {
	r, jane := mustEnrol(t)
	seen := map[string]bool{}
	for range 100 {
		secret := string(r.begun(r.signIn(jane).Login).secret)
		if seen[secret] {
			t.Fatal("a secret was given twice")
		}
		seen[secret] = true
	}
}

// EN-02: a second factor is needed to change the second factor.
func TestEN02AnActiveFactorIsChangedOnlyWithACurrentCode(t *testing.T) {
	r, jane := enrolledRig(t)
	before := r.auth(jane.ref)
	own := r.selfService(jane.ref)
	_, err := r.begin(own)
	r.refused(err, twofactor.CodeInvalid)
	_, err = r.begin(own, jane.wrong(r.clock()))
	r.refused(err, twofactor.CodeCodeWrong)
	for name, call := range map[string]func() error{
		"confirm":  func() error { _, err := r.enroll.Confirm(r.ctx, r.person(own), "123456"); return err },
		"complete": func() error { _, err := r.enroll.Complete(r.ctx, r.person(own), true); return err },
		"mailbox":  func() error { _, _, err := r.enroll.Email(r.ctx, r.person(own), nil); return err },
	} {
		if got := twofactor.CodeOf(call()); got != twofactor.CodeNoPendingEnrollment {
			t.Errorf("%s without begin: %q", name, got)
		}
	}
	if after := r.auth(jane.ref); !bytes.Equal(after.Factor.Secret.Reveal(), before.Factor.Secret.Reveal()) {
		t.Error("the stored secret changed")
	}
	// With the code the old device works until complete, and not after it.
	fresh := r.begun(own, jane.code(r.clock()))
	_, err = r.enroll.Confirm(r.ctx, r.person(own), fresh.code(r.clock()))
	r.ok(err)
	r.nextStep()
	_, err = r.code(jane.ref, twofactor.MethodTOTP, jane.code(r.clock()))
	r.ok(err)
	_, err = r.enroll.Complete(r.ctx, r.person(own), true)
	r.ok(err)
	r.nextStep()
	_, err = r.code(jane.ref, twofactor.MethodTOTP, jane.code(r.clock()))
	r.refused(err, twofactor.CodeCodeWrong)
	_, err = r.code(jane.ref, twofactor.MethodTOTP, fresh.code(r.clock()))
	r.ok(err)
}

// EN-03: whoever only has the password gets at nothing while a code is asked.
func TestEN03ALoginThatAsksForACodeChangesNothingElse(t *testing.T) {
	r, jane := enrolledRig(t)
	before, commits := r.auth(jane.ref), r.store.Commits()
	login := r.person(r.signIn(jane.ref).Login)
	proof := twofactor.ProofInput{Code: jane.code(r.clock())}
	for name, call := range map[string]func() error{
		"begin":            func() error { _, err := r.enroll.Begin(r.ctx, login, twofactor.ProofInput{}); return err },
		"begin, with code": func() error { _, err := r.enroll.Begin(r.ctx, login, proof); return err },
		"confirm":          func() error { _, err := r.enroll.Confirm(r.ctx, login, "123456"); return err },
		"complete":         func() error { _, err := r.enroll.Complete(r.ctx, login, true); return err },
		"defer":            func() error { _, err := r.enroll.Defer(r.ctx, login); return err },
		"new backup codes": func() error { _, err := r.enroll.BackupCodes(r.ctx, login, proof); return err },
		"switching off":    func() error { _, err := r.enroll.Disable(r.ctx, login, proof); return err },
		"devices":          func() error { _, err := r.enroll.Devices(r.ctx, login); return err },
		"remove devices":   func() error { return r.enroll.RemoveDevices(r.ctx, login) },
	} {
		switch code := twofactor.CodeOf(call()); code {
		case twofactor.CodeForbidden, twofactor.CodeFactorAlreadyActive:
		default:
			t.Errorf("%s: %q", name, code)
		}
	}
	if after := r.auth(jane.ref); after.Version != before.Version || r.store.Commits() != commits {
		t.Error("something was written")
	}
}

func TestEN04FiveWrongCodesEndThePendingEnrolment(t *testing.T) {
	r, jane := mustEnrol(t)
	token := r.signIn(jane).Login
	p := r.begun(token)
	for i := range 5 {
		_, err := r.enroll.Confirm(r.ctx, r.person(token), p.wrong(r.clock()))
		r.refused(err, twofactor.CodeCodeWrong)
		var refusal *twofactor.Error
		if ok := asRefusal(err, &refusal); !ok || *refusal.AttemptsLeft != 4-i {
			t.Errorf("wrong code %d says %+v", i+1, refusal)
		}
	}
	_, err := r.enroll.Confirm(r.ctx, r.person(token), p.code(r.clock()))
	r.refused(err, twofactor.CodeNoPendingEnrollment)
	if next := r.begun(token); bytes.Equal(next.secret, p.secret) {
		t.Error("the dead secret came back")
	}
}

// EN-05: of many starts one can be confirmed.
func TestEN05OfManyStartsOneEnrolmentCanBeConfirmed(t *testing.T) {
	r, jane := mustEnrol(t)
	r.begun(r.signIn(jane).Login)
	tokens := make(chan twofactor.Secret, 50)
	for range 50 {
		tokens <- r.signIn(jane).Login
	}
	type start struct {
		token twofactor.Secret
		phone phone
	}
	started := make(chan start, 50)
	parallel(50, func() error {
		token := <-tokens
		shown, err := r.begin(token)
		if err == nil {
			started <- start{token, phone{secret: decodeSecret(t, shown.Secret)}}
		}
		return err
	})
	close(started)
	confirmed := 0
	for s := range started {
		_, err := r.enroll.Confirm(r.ctx, r.person(s.token), s.phone.code(r.clock()))
		if err == nil {
			confirmed++
			continue
		}
		r.refused(err, twofactor.CodeNoPendingEnrollment)
	}
	if confirmed != 1 {
		t.Errorf("%d could be confirmed", confirmed)
	}
}

func TestEN06AnEnrolmentEndsAfterFifteenMinutes(t *testing.T) {
	for after, want := range map[time.Duration]twofactor.Code{
		15*time.Minute - time.Second: "", 15 * time.Minute: twofactor.CodeNoPendingEnrollment,
	} {
		r, jane := mustEnrol(t)
		token := r.signIn(jane).Login
		p := r.begun(token)
		r.pass(after)
		_, err := r.enroll.Confirm(r.ctx, r.person(token), p.code(r.clock()))
		if got := twofactor.CodeOf(err); got != want {
			t.Errorf("after %v: %q, want %q", after, got, want)
		}
	}
}

// EN-08: whatever the names hold, the key URI is one key URI.
func TestEN08TheKeyURIHoldsOneSecretWhateverTheNamesAre(t *testing.T) {
	r, jane := mustEnrol(t)
	tenant := stored[twofactor.Tenant](r, twofactor.TenantKey("acme"))
	tenant.Issuer = "A:c?m&secret=AAAA%0A\n\U0001F600"
	r.put(tenant)
	shown, err := r.begin(r.signIn(jane).Login)
	r.ok(err)
	parsed, err := url.Parse(shown.URI.Reveal())
	r.ok(err)
	query, err := url.ParseQuery(parsed.RawQuery)
	r.ok(err)
	if parsed.Scheme != "otpauth" || parsed.Host != "totp" || len(query["secret"]) != 1 || query.Get("secret") != shown.Secret.Reveal() {
		t.Error("it does not parse back to its one secret")
	}
	label, err := url.PathUnescape(strings.TrimPrefix(parsed.EscapedPath(), "/"))
	r.ok(err)
	issuer, account, found := strings.Cut(label, ":")
	if !found || issuer != query.Get("issuer") || account != "jane@example.com" || strings.Contains(issuer, ":") {
		t.Errorf("the label is %q", label)
	}
}

// EN-09: secret and picture stand in the answer itself, for that token only.
func TestEN09SecretAndPictureAreNowhereElse(t *testing.T) {
	r, jane := mustEnrol(t)
	token := r.signIn(jane).Login
	shown, err := r.begin(token)
	r.ok(err)
	picture := strings.ReplaceAll(shown.SVG.Reveal(), "http://www.w3.org/2000/svg", "")
	if strings.Contains(picture, "http") || strings.Contains(picture, "href") || strings.Contains(shown.URI.Reveal(), "http") {
		t.Error("the picture or the URI points somewhere else")
	}
	if !bytes.HasPrefix(shown.PNG, []byte("\x89PNG")) {
		t.Error("the picture is not in the answer")
	}
	pending := stored[twofactor.Enrollment](r, twofactor.EnrollmentKey(jane))
	if bytes.Contains(pending.Secret.Reveal(), decodeSecret(t, shown.Secret)) {
		t.Error("the table holds the secret in the clear")
	}
}

// EN-10: a token enrols its own user, whatever else is sent.
func TestEN10ATokenEnrolsItsOwnUserOnly(t *testing.T) {
	r, jane := mustEnrol(t)
	joe := r.user("acme", "joe")
	token := r.signIn(jane).Login
	r.begun(token)
	other := r.signIn(joe).Login
	_, err := r.enroll.Confirm(r.ctx, r.person(other), "123456")
	r.refused(err, twofactor.CodeNoPendingEnrollment)
	_, err = r.enroll.Begin(r.ctx, r.platform(), twofactor.ProofInput{})
	r.refused(err, twofactor.CodeForbidden)
	r.enrolWith(other)
	if r.auth(jane).Factor != nil || r.auth(joe).Factor == nil {
		t.Error("the factor went to somebody else")
	}
}

// EN-11: every bind tells the stored address.
func TestEN11AnEnrolmentIsToldToTheUser(t *testing.T) {
	r, jane := mustEnrol(t)
	r.enrolWith(r.signIn(jane).Login)
	if r.asked(twofactor.MailEnrolled) != 1 {
		t.Error("no mail was asked for")
	}
	last := r.events()[len(r.events())-1]
	if last.Type != twofactor.EventEnrolled || last.User != "jane" || last.Tenant != "acme" {
		t.Errorf("the event is %+v", last)
	}
}

// EN-13, R-03: one step to each side at enrolment, too.
func TestEN13TheProofCodeMayBeOneStepAway(t *testing.T) {
	for step, right := range map[int]bool{-2: false, -1: true, 0: true, 1: true, 2: false} {
		for _, second := range []time.Duration{0, 29 * time.Second} {
			r, jane := mustEnrol(t)
			r.nextStep()
			token := r.signIn(jane).Login
			p := r.begun(token)
			r.pass(second)
			_, err := r.enroll.Confirm(r.ctx, r.person(token), p.code(r.clock(), step))
			if (err == nil) != right {
				t.Errorf("%d steps away, second %v: %v", step, second, err)
			}
		}
	}
}

func TestEN13AtLoginTheWindowIsAsThePolicySays(t *testing.T) {
	for skew, steps := range map[int]map[int]bool{
		1: {-2: false, -1: true, 0: true, 1: true, 2: false}, 0: {-1: false, 0: true, 1: false},
	} {
		for step, right := range steps {
			for _, second := range []time.Duration{0, totp.Period*time.Second - time.Second} {
				r, jane := enrolledRig(t, func(p *twofactor.Policy) { p.SkewSteps = skew })
				r.pass(2 * totp.Period * time.Second)
				r.pass(second)
				if _, err := r.code(jane.ref, twofactor.MethodTOTP, jane.code(r.clock(), step)); (err == nil) != right {
					t.Errorf("skew %d, %d steps away, second %v: %v", skew, step, second, err)
				}
			}
		}
	}
}
