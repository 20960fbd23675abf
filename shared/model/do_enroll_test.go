package model

import (
	"encoding/base32"
	"errors"
	"slices"
	"strings"
	"time"

	"sallyport/shared/twofactor"
)

func asRefusal(err error, refusal **twofactor.Error) bool { return errors.As(err, refusal) }

var anyToken = []twofactor.TokenKind{twofactor.TokenLogin, twofactor.TokenSelfService, twofactor.TokenLink}

// begin starts an enrolment; with a factor it needs a current code.
func (m *machine) begin(tok *token, p proof) {
	u := tok.user
	want := m.opens(tok, anyToken...)
	if len(want) == 0 {
		want = m.mayEnroll(tok)
	}
	again := len(want) == 0 && m.lives(tok)
	needs := tok.needsMailbox()
	proves := len(want) == 0 && !again && u.factor != nil
	var j judged
	if proves {
		j = u.judged(p, m.now)
		want = append(want, j.refusals...)
	}
	want.add(len(want) == 0 && !again && needs && u.trusted(m.now) == "", twofactor.CodeEmailMissing)
	caller, err := m.person(tok)
	var got twofactor.EnrollmentAnswer
	if err == nil {
		got, err = m.enroll.Begin(m.ctx, caller, p.real())
	}
	done := m.agree(err, want, "begin with %q %s", p.code, tok)
	if proves {
		m.proved(tok, p, j)
	}
	if !done {
		return
	}
	if !again {
		u.pending = &pending{owner: tok, era: u.era, ends: m.now.Add(15 * time.Minute), needs: needs}
		m.tell(twofactor.EventEnrollmentStarted, u.ref(), nil, tok.key)
	}
	m.shown(u, got)
}

// judged is a code that proves the current factor, with its form.
type judged struct{ verdict }

func (u *user) judged(p proof, now time.Time) judged {
	if !p.wellFormed() {
		return judged{verdict{refusals: refusals{twofactor.CodeInvalid}}}
	}
	return judged{u.judge(p, now)}
}

// proved lets a code count that proved the factor outside a login.
func (m *machine) proved(tok *token, p proof, j judged) {
	switch {
	case j.counted:
		m.missed(tok.user, tok, p)
	case len(j.refusals) == 0:
		m.accept(tok.user, p, j.verdict)
	}
}

// shown compares what the app needs: the same secret for the same enrolment,
// and none before the mailbox is proved.
func (m *machine) shown(u *user, got twofactor.EnrollmentAnswer) {
	m.t.Helper()
	p := u.pending
	hidden := p.needs && !p.proved
	m.same("the mailbox must be proved", got.EmailRequired, hidden)
	m.same("when the enrolment ends", got.ExpiresAt, p.ends)
	if hidden {
		m.same("a secret that was shown too early", got.Secret != "" || got.URI != "", false)
		m.same("where the mail goes", got.EmailSentTo, masked(u.trusted(m.now)))
		return
	}
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(got.Secret.Reveal())
	if err != nil || len(secret) != 20 || p.secret != nil && !slices.Equal(secret, p.secret) {
		m.t.Fatalf("the secret is another one, or none: %v", err)
	}
	p.secret = secret
}

// masked is "j•••@example.com".
func masked(address string) string {
	local, domain, found := strings.Cut(address, "@")
	if !found {
		return ""
	}
	return local[:1] + "•••@" + domain
}

// livePending says with what calls about a pending enrolment are refused.
func (m *machine) livePending(tok *token) refusals {
	want := m.opens(tok, anyToken...)
	if len(want) == 0 {
		want = m.mayEnroll(tok)
		want.add(!m.lives(tok), twofactor.CodeNoPendingEnrollment)
	}
	return want
}

// mailCode asks for a code to the mailbox.
func (m *machine) mailCode(tok *token) {
	u := tok.user
	want := m.livePending(tok)
	sends := len(want) == 0 && u.pending.needs && !u.pending.proved
	if sends {
		u.mailed = slices.DeleteFunc(slices.Clone(u.mailed), func(at time.Time) bool { return m.now.Sub(at) >= day })
		n := len(u.mailed)
		want.add(n >= 5 || n > 0 && m.now.Sub(u.mailed[n-1]) < time.Minute, twofactor.CodeRateLimited)
		want.add(u.trusted(m.now) == "", twofactor.CodeEmailMissing)
	}
	caller, err := m.person(tok)
	var got twofactor.EnrollmentAnswer
	var sent bool
	if err == nil {
		got, sent, err = m.enroll.Email(m.ctx, caller, nil)
	}
	if !m.agree(err, want, "mail a code to %s", tok) {
		return
	}
	m.same("a mail was sent", sent, sends)
	if sends {
		u.mailed = append(u.mailed, m.now)
		u.pending.code = m.post.carried[twofactor.MailEmailCode].Reveal()
		u.pending.codeEnds = m.now.Add(10 * time.Minute)
		m.same("where the code went", m.post.to[twofactor.MailEmailCode], u.trusted(m.now))
		m.mail(twofactor.MailEmailCode, u.trusted(m.now))
		m.tell(twofactor.EventEmailCodeSent, u.ref(), nil, tok.key)
	}
	m.shown(u, got)
}

// proveMailbox gives the code from the mail.
func (m *machine) proveMailbox(tok *token, code string) {
	u := tok.user
	want := m.livePending(tok)
	judges := len(want) == 0 && u.pending.needs && !u.pending.proved
	wrong := judges && (u.pending.code == "" || u.pending.code != code || !m.now.Before(u.pending.codeEnds))
	want.add(wrong, twofactor.CodeEmailCodeWrong)
	caller, err := m.person(tok)
	var got twofactor.EnrollmentAnswer
	if err == nil {
		given := twofactor.Secret(code)
		got, _, err = m.enroll.Email(m.ctx, caller, &given)
	}
	done := m.agree(err, want, "prove the mailbox with %s %s", code, tok)
	if wrong {
		u.pending.codeTries++
		m.sameLeft(err, 5-u.pending.codeTries)
		if u.pending.codeTries == 5 {
			u.pending = nil
		}
		m.tell(twofactor.EventEmailCodeWrong, u.ref(), nil, tok.key)
	}
	if !done {
		return
	}
	if judges {
		u.pending.proved = true
		m.tell(twofactor.EventEmailVerified, u.ref(), nil, tok.key)
	}
	m.shown(u, got)
}

// confirm proves the app with one code.
func (m *machine) confirm(tok *token, code string) {
	u := tok.user
	want := m.livePending(tok)
	judges := len(want) == 0 && (!u.pending.needs || u.pending.proved)
	want.add(len(want) == 0 && !judges, twofactor.CodeEmailNotVerified)
	var step int64
	if judges {
		step = matches(u.pending.secret, code, m.now, u.skew())
		want.add(step == 0, twofactor.CodeCodeWrong)
	}
	caller, err := m.person(tok)
	var got []twofactor.Secret
	if err == nil {
		got, err = m.enroll.Confirm(m.ctx, caller, twofactor.Secret(code))
	}
	done := m.agree(err, want, "confirm with %s %s", code, tok)
	switch {
	case judges && step == 0:
		u.pending.tries++
		m.sameLeft(err, 5-u.pending.tries)
		if u.pending.tries == 5 {
			u.pending = nil
		}
		m.tell(twofactor.EventEnrollmentWrong, u.ref(), nil, tok.key)
	case done:
		u.pending.confirmed = max(u.pending.confirmed, step)
		u.pending.backup = m.fresh(got, u)
		m.tell(twofactor.EventEnrollmentConfirmed, u.ref(), nil, tok.key)
	}
}

// fresh is a set of backup codes as it was shown.
func (m *machine) fresh(got []twofactor.Secret, u *user) []string {
	m.same("how many backup codes there are", len(got), u.tenant.policy.BackupCodes)
	var codes []string
	for _, code := range got {
		codes = append(codes, plain(code.Reveal()))
	}
	return codes
}

// complete makes the new factor count.
func (m *machine) complete(tok *token, saved bool) {
	want := m.opens(tok, anyToken...)
	again := m.here(tok) && m.justCompleted(tok)
	if again {
		want = slices.DeleteFunc(want, func(c twofactor.Code) bool { return c == twofactor.CodeLinkUsed })
	}
	if len(want) == 0 && !again {
		want = m.mayComplete(tok, saved)
	}
	caller, err := m.person(tok)
	var got twofactor.CompleteAnswer
	if err == nil {
		got, err = m.enroll.Complete(m.ctx, caller, saved)
	}
	if !m.agree(err, want, "complete saved=%v %s", saved, tok) {
		return
	}
	if !again {
		m.bind(tok)
	}
	m.same("an assertion was earned", got.Assertion != "", tok.kind != twofactor.TokenLink)
	if got.Assertion != "" {
		m.earn(tok, got.Assertion, []string{"otp", "mfa"})
	}
}

func (m *machine) mayComplete(tok *token, saved bool) refusals {
	p := tok.user.pending
	want := m.mayEnroll(tok)
	want.add(!m.lives(tok), twofactor.CodeNoPendingEnrollment)
	if len(want) == 0 {
		want.add(p.needs && !p.proved, twofactor.CodeEmailNotVerified)
		want.add(p.confirmed == 0, twofactor.CodeNotConfirmed)
		want.add(!saved && (p.confirmed == 0 || len(p.backup) > 0), twofactor.CodeInvalid)
	}
	return want
}

// bind is the end of an enrolment: another era with another factor.
func (m *machine) bind(tok *token) {
	u, p := tok.user, tok.user.pending
	kind, letter := twofactor.EventEnrolled, twofactor.MailEnrolled
	if u.factor != nil {
		kind, letter = twofactor.EventDeviceChanged, twofactor.MailDeviceChanged
	}
	u.newEra(&factor{
		secret: p.secret, lastStep: p.confirmed, enrolled: m.now, verified: m.now,
		backup: p.backup, used: map[string]bool{},
	})
	u.reset, u.asked = false, false
	p.completed, p.madeEra = m.now, u.era
	if tok.kind == twofactor.TokenLogin {
		u.done.add(tok)
	}
	m.mail(letter, u.email())
	m.tell(kind, u.ref(), nil, tok.key, string(tok.kind))
}
