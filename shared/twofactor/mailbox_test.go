package twofactor_test

import (
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

func proveMailbox(p *twofactor.Policy) {
	p.Mode, p.EmailVerification = twofactor.ModeRequired, twofactor.EmailAlways
}

// mailCode asks for a code and reads it as the mail function would.
func (r *rig) mailCode(token twofactor.Secret) twofactor.Secret {
	r.t.Helper()
	_, sent, err := r.enroll.Email(r.ctx, r.person(token), nil)
	r.ok(err)
	if !sent {
		r.t.Fatal("no code was sent")
	}
	pending := stored[twofactor.Enrollment](r, twofactor.EnrollmentKey(r.person(token).Person.Ref))
	code, err := r.keeper.OpenMail(r.ctx, pending.EventID+"-"+string(twofactor.MailEmailCode), pending.MailCode)
	r.ok(err)
	return code
}

func TestTheSecretIsWithheldUntilTheMailboxIsProved(t *testing.T) {
	r, jane := mustEnrol(t, proveMailbox)
	token := r.signIn(jane).Login
	shown, err := r.begin(token)
	r.ok(err)
	if !shown.EmailRequired || shown.EmailSentTo != "j•••@example.com" || shown.Secret != "" || shown.SVG != "" {
		t.Fatalf("begin shows %+v", shown)
	}
	if r.asked(twofactor.MailEmailCode) != 0 {
		t.Error("begin itself mailed")
	}
	_, err = r.enroll.Confirm(r.ctx, r.person(token), "123456")
	r.refused(err, twofactor.CodeEmailNotVerified)
	_, err = r.enroll.Complete(r.ctx, r.person(token), true)
	r.refused(err, twofactor.CodeEmailNotVerified)
	code := r.mailCode(token)
	// Another token of the same person, a thief's for one, gets nowhere with it.
	thief := r.signIn(jane).Login
	_, _, err = r.enroll.Email(r.ctx, r.person(thief), &code)
	r.refused(err, twofactor.CodeNoPendingEnrollment)
	shown, sent, err := r.enroll.Email(r.ctx, r.person(token), &code)
	r.ok(err)
	if sent || shown.Secret == "" || shown.EmailRequired {
		t.Errorf("after the code: %+v", shown)
	}
	p := phone{secret: decodeSecret(t, shown.Secret)}
	_, err = r.enroll.Confirm(r.ctx, r.person(token), p.code(r.clock()))
	r.ok(err)
	_, err = r.enroll.Complete(r.ctx, r.person(token), true)
	r.ok(err)
}

func TestAMailboxCodeLivesTenMinutesAndFiveTries(t *testing.T) {
	for after, want := range map[time.Duration]twofactor.Code{
		10*time.Minute - time.Second: "", 10 * time.Minute: twofactor.CodeEmailCodeWrong,
	} {
		r, jane := mustEnrol(t, proveMailbox)
		token := r.signIn(jane).Login
		_, err := r.begin(token)
		r.ok(err)
		code := r.mailCode(token)
		r.pass(after)
		_, _, err = r.enroll.Email(r.ctx, r.person(token), &code)
		if got := twofactor.CodeOf(err); got != want {
			t.Errorf("after %v: %q, want %q", after, got, want)
		}
	}
	r, jane := mustEnrol(t, proveMailbox)
	token := r.signIn(jane).Login
	_, err := r.begin(token)
	r.ok(err)
	code := r.mailCode(token)
	wrong := twofactor.Secret("000000")
	if code == wrong {
		wrong = "000001"
	}
	for i := range 5 {
		_, _, err = r.enroll.Email(r.ctx, r.person(token), &wrong)
		var refusal *twofactor.Error
		if !asRefusal(err, &refusal) || refusal.Code != twofactor.CodeEmailCodeWrong || *refusal.AttemptsLeft != 4-i {
			t.Fatalf("wrong code %d: %v", i+1, err)
		}
	}
	_, _, err = r.enroll.Email(r.ctx, r.person(token), &code)
	r.refused(err, twofactor.CodeNoPendingEnrollment)
}

// AV-06: mails are sixty seconds apart and five a day, across enrolments.
func TestMailboxCodesAreSixtySecondsApartAndFiveADay(t *testing.T) {
	r, jane := mustEnrol(t, proveMailbox)
	ask := func() error {
		token := r.signIn(jane).Login
		_, err := r.begin(token)
		r.ok(err)
		_, _, err = r.enroll.Email(r.ctx, r.person(token), nil)
		return err
	}
	first := r.clock()
	for i := range 5 {
		r.ok(ask())
		r.pass(59 * time.Second)
		err := ask()
		r.refused(err, twofactor.CodeRateLimited)
		var refusal *twofactor.Error
		if asRefusal(err, &refusal); i < 4 && !refusal.RetryAt.Equal(r.clock().Add(time.Second)) {
			t.Errorf("try again at %v", refusal.RetryAt)
		}
		r.pass(time.Second)
	}
	r.moveTo(first.Add(24*time.Hour - time.Second))
	r.refused(ask(), twofactor.CodeRateLimited)
	r.pass(time.Second)
	r.ok(ask())
	if got := r.asked(twofactor.MailEmailCode); got != 6 {
		t.Errorf("%d mails were asked for", got)
	}
}

func TestWhatStandsInForTheMailbox(t *testing.T) {
	r, jane := mustEnrol(t, proveMailbox)
	link, err := r.enroll.Link(r.ctx, r.admin("acme"), jane, twofactor.DeliverReturn)
	r.ok(err)
	token := linkToken(link.URL)
	p, done := r.enrolWith(token)
	if done.Assertion != "" {
		t.Error("a link earned an assertion")
	}
	r.nextStep()
	// A current code stands in for it at a change of device.
	r.begun(r.selfService(jane), p.code(r.clock()))
}

func TestWithoutAnAddressTheMailboxCannotBeProved(t *testing.T) {
	r, _ := mustEnrol(t, proveMailbox)
	in := entry("nomail", twofactor.RoleUser)
	in.Email = ""
	_, _, err := twofactor.NewUsers(r.deps).Put(r.ctx, r.platform(), "acme", in)
	r.ok(err)
	_, err = r.begin(r.signIn(twofactor.Ref{Tenant: "acme", User: "nomail"}).Login)
	r.refused(err, twofactor.CodeEmailMissing)
}

// A thief who changes the address must wait three days for its first code.
func TestACodeGoesToTheLastAddressThatStoodForThreeDays(t *testing.T) {
	r, jane := mustEnrol(t, proveMailbox)
	r.pass(100 * time.Hour)
	in := entry("jane", twofactor.RoleUser)
	in.Email = "thief@example.net"
	_, _, err := twofactor.NewUsers(r.deps).Put(r.ctx, r.platform(), "acme", in)
	r.ok(err)
	for after, want := range map[time.Duration]string{
		0: "j•••@example.com", 72*time.Hour - time.Second: "j•••@example.com", 72 * time.Hour: "t•••@example.net",
	} {
		start := r.clock()
		r.pass(after)
		shown, err := r.begin(r.signIn(jane).Login)
		r.ok(err)
		if shown.EmailSentTo != want {
			t.Errorf("after %v it goes to %s", after, shown.EmailSentTo)
		}
		r.moveTo(start)
	}
}
