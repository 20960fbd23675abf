package twofactor

import (
	"context"
	"time"
)

// completeRepeat is how long complete may be repeated by the same token
// (contract §4.3).
const completeRepeat = 60 * time.Second

// CompleteAnswer is the end of an enrolment. Assertion is "" for link tokens.
type CompleteAnswer struct {
	State     State
	Assertion Secret
}

// Complete makes the confirmed factor and its backup codes count, in one
// transaction; remembered devices are forgotten. saved is the person's word
// that the backup codes are kept.
func (e *Enroll) Complete(ctx context.Context, c Caller, saved bool) (CompleteAnswer, error) {
	token, err := mayUse(c, TokenLogin, TokenSelfService, TokenLink)
	if err != nil {
		return CompleteAnswer{}, err
	}
	sign, err := e.signerFor(ctx, token)
	if err != nil {
		return CompleteAnswer{}, err
	}
	var user *Auth
	err = e.settle(ctx, func(ctx context.Context, _ *ConflictError) (Commit, error) {
		var commit Commit
		user, commit, err = e.complete(ctx, c, token, saved)
		return commit, err
	})
	if err != nil {
		return CompleteAnswer{}, err
	}
	answer := CompleteAnswer{State: StateActive}
	if sign == nil {
		return answer, nil
	}
	answer.Assertion, err = sign(e.assertionFor(token, user, amrOfMethod(MethodTOTP)))
	if err != nil {
		return CompleteAnswer{}, unavailable(err)
	}
	return answer, nil
}

// signerFor makes sure of a signature before anything is written; nil for a
// link, which earns no assertion.
func (e *Enroll) signerFor(ctx context.Context, token *Token) (SignFunc, error) {
	if token.Kind == TokenLink {
		return nil, nil
	}
	sign, err := e.Signer.Ready(ctx)
	if err != nil {
		return nil, unavailable(err)
	}
	return sign, nil
}

func (e *Enroll) complete(ctx context.Context, c Caller, token *Token, saved bool) (*Auth, Commit, error) {
	s, err := e.loadCompleting(ctx, token)
	if err != nil {
		return nil, Commit{}, err
	}
	now := e.Now()
	if s.completedJustNow(now) {
		return s.user, Commit{}, nil
	}
	if err := s.mayComplete(saved, now); err != nil {
		return nil, Commit{}, err
	}
	event, err := e.event(c, EventEnrolled, s.user.Ref)
	if err != nil {
		return nil, Commit{}, err
	}
	mail := MailEnrolled
	if s.user.Factor != nil {
		event.Type, mail = EventDeviceChanged, MailDeviceChanged
	}
	event.AskMail(mail)
	event.Detail["by"] = string(token.Kind)
	next, pending := s.completed(now)
	return next, Commit{
		Event: event, Put: []Record{next, pending},
		Delete: []Record{&Devices{Ref: s.user.Ref}},
	}, nil
}

// loadCompleting loads as livePending does, but lets a repeat through whose
// link or login was finished by the first one.
func (e *Enroll) loadCompleting(ctx context.Context, token *Token) (*scene, error) {
	s, err := e.loadEnrollment(ctx, token)
	if CodeOf(err) == CodeLinkUsed {
		return e.loadUsedLink(ctx, token, err)
	}
	return s, err
}

// loadUsedLink looks whether a spent link was spent by the call that is
// repeated now; otherwise the refusal stands.
func (e *Enroll) loadUsedLink(ctx context.Context, token *Token, refusal error) (*scene, error) {
	found, err := e.load(ctx, Want{Key: AuthKey(token.Ref)}, Want{Key: EnrollmentKey(token.Ref)})
	if err != nil {
		return nil, err
	}
	s := &scene{
		person:  &person{token: token, user: Get[Auth](found, AuthKey(token.Ref))},
		pending: Get[Enrollment](found, EnrollmentKey(token.Ref)),
	}
	if s.user == nil || !s.completedJustNow(e.Now()) {
		return nil, refusal
	}
	return s, nil
}

// completedJustNow is true when this token completed within the last minute.
func (s *scene) completedJustNow(now time.Time) bool {
	p := s.pending
	return p != nil && p.TokenID == s.token.ID && p.Incarnation == s.user.Incarnation &&
		!p.CompletedAt.IsZero() && now.Sub(p.CompletedAt) <= completeRepeat &&
		p.Generation+1 == s.user.Generation && s.user.Factor != nil
}

func (s *scene) mayComplete(saved bool, now time.Time) error {
	if err := s.mayEnroll(now); err != nil {
		return err
	}
	switch {
	case !s.live(now):
		return refuse(CodeNoPendingEnrollment, "There is no enrolment of this token; begin one.")
	case s.pending.MailboxNeeded && !s.pending.MailboxProved:
		return refuse(CodeEmailNotVerified, "Prove the mailbox first.")
	case s.pending.ConfirmedStep == 0:
		return refuse(CodeNotConfirmed, "Prove the app with a code first.")
	case !saved && len(s.pending.Backup) > 0:
		return invalid("/backup_codes_saved", "It must be true: the backup codes are shown only once.")
	}
	return nil
}

// completed is both records as they are once the enrolment is done. The code
// that confirmed it is spent.
func (s *scene) completed(now time.Time) (*Auth, *Enrollment) {
	next := *s.user
	next.bind(Factor{
		Secret: s.pending.Secret, LastStep: s.pending.ConfirmedStep,
		EnrolledAt: now, LastVerifiedAt: now, Backup: s.pending.Backup,
	})
	if s.token.Kind == TokenLogin {
		next.Logins = next.Logins.with(s.token.LoginID, s.token.IssuedAt)
	}
	done := *s.pending
	done.Secret, done.Backup = nil, nil
	done.CompletedAt, done.LoginID = now, s.token.LoginID
	return &next, &done
}
