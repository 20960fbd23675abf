package twofactor

import (
	"context"
	"crypto/subtle"
	"fmt"
	"io"
	"time"

	"sallyport/shared/totp"
)

// Limits of the mailbox code (contract §4.3).
const (
	mailCodeLife   = 10 * time.Minute
	mailCodeTries  = 5
	mailCodePause  = 60 * time.Second
	mailCodesADay  = 5
	mailCodeModulo = 1_000_000
)

// Email sends a code to the mailbox (code nil), or proves the mailbox with
// it. sent is true when a mail is on its way; the answer says where to, and
// holds no secret yet.
func (e *Enroll) Email(ctx context.Context, c Caller, code *Secret) (answer EnrollmentAnswer, sent bool, err error) {
	token, err := mayUse(c, TokenLogin, TokenSelfService, TokenLink)
	if err != nil {
		return EnrollmentAnswer{}, false, err
	}
	if code != nil && !totp.ValidShape(code.Reveal()) {
		return EnrollmentAnswer{}, false, invalid("/code", "A code from the mail is exactly six digits.")
	}
	var s *scene
	err = e.settleProof(ctx, func(ctx context.Context) (commit Commit, refusal, err error) {
		s, commit, refusal, err = e.email(ctx, c, token, code)
		return commit, refusal, err
	})
	if err != nil {
		return EnrollmentAnswer{}, false, err
	}
	answer, err = e.show(s)
	return answer, answer.EmailRequired, err
}

func (e *Enroll) email(ctx context.Context, c Caller, token *Token, code *Secret) (*scene, Commit, error, error) {
	s, err := e.livePending(ctx, token)
	if err != nil {
		return nil, Commit{}, nil, err
	}
	if !s.pending.MailboxNeeded || s.pending.MailboxProved {
		return s, Commit{}, nil, nil
	}
	if code == nil {
		commit, err := e.sendMailCode(ctx, c, s)
		return s, commit, nil, err
	}
	commit, refusal, err := e.judgeMailCode(c, s, *code)
	return s, commit, refusal, err
}

// livePending loads the pending enrolment of a token, with its keys.
func (e *Enroll) livePending(ctx context.Context, token *Token) (*scene, error) {
	s, err := e.loadEnrollment(ctx, token)
	if err != nil {
		return nil, err
	}
	now := e.Now()
	if err := s.mayEnroll(now); err != nil {
		return nil, err
	}
	if !s.live(now) {
		return nil, refuse(CodeNoPendingEnrollment, "There is no enrolment of this token; begin one.")
	}
	s.data, err = e.openTenant(ctx, s.tenant)
	return s, err
}

// sendMailCode commits a new code; the mail travels with the event.
func (e *Enroll) sendMailCode(ctx context.Context, c Caller, s *scene) (Commit, error) {
	now := e.Now()
	mailed := recent(s.pending.MailedAt, now)
	if err := mayMailCode(mailed, now); err != nil {
		return Commit{}, err
	}
	code, err := e.newMailCode()
	if err != nil {
		return Commit{}, err
	}
	event, err := e.event(c, EventEmailCodeSent, s.user.Ref)
	if err != nil {
		return Commit{}, err
	}
	sealed, err := e.MailVault.SealMail(ctx, event.ID+"-"+string(MailEmailCode), code)
	if err != nil {
		return Commit{}, unavailable(err)
	}
	next := *s.pending
	hash := s.data.HashBackupCode("mailbox|"+code, binding(s.user, s.pending.Generation+1))
	next.CodeHash, next.CodeExpiresAt = hash[:], now.Add(mailCodeLife)
	next.MailTo, next.MailCode = s.directory.trusted(now), sealed
	next.MailedAt = append(mailed, wholeSecond(now))
	next.Expires = now.Add(enrollmentTrace)
	if next.MailTo == "" {
		return Commit{}, refuse(CodeEmailMissing, "The mailbox must be proved first, and the user has no address.")
	}
	event.AskMail(MailEmailCode)
	s.pending = &next
	return Commit{Event: event, Put: []Record{&next}}, nil
}

// mayMailCode holds the limits on mails: 60 s apart, five in 24 hours.
func mayMailCode(mailed []time.Time, now time.Time) error {
	if len(mailed) == 0 {
		return nil
	}
	retry := mailed[len(mailed)-1].Add(mailCodePause)
	if len(mailed) >= mailCodesADay {
		retry = mailed[0].Add(day)
	}
	if !now.Before(retry) {
		return nil
	}
	limited := refuse(CodeRateLimited, "Codes are mailed 60 seconds apart, five in a day at most.")
	limited.RetryAt = retry
	return limited
}

// recent keeps the times of the last 24 hours.
func recent(times []time.Time, now time.Time) []time.Time {
	var kept []time.Time
	for _, t := range times {
		if now.Sub(t) < day {
			kept = append(kept, t)
		}
	}
	return kept
}

// newMailCode draws six digits without bias.
func (e *Enroll) newMailCode() (Secret, error) {
	const limit = (1 << 24) / mailCodeModulo * mailCodeModulo
	var b [3]byte
	for {
		if _, err := io.ReadFull(e.Random, b[:]); err != nil {
			return "", unavailable(err)
		}
		n := int(b[0])<<16 | int(b[1])<<8 | int(b[2])
		if n < limit {
			return Secret(fmt.Sprintf("%06d", n%mailCodeModulo)), nil
		}
	}
}

// judgeMailCode commits the outcome of one code; five wrong ones end the
// pending enrolment.
func (e *Enroll) judgeMailCode(c Caller, s *scene, code Secret) (Commit, error, error) {
	now := e.Now()
	hash := s.data.HashBackupCode("mailbox|"+code, binding(s.user, s.pending.Generation+1))
	right := len(s.pending.CodeHash) > 0 && now.Before(s.pending.CodeExpiresAt) &&
		subtle.ConstantTimeCompare(hash[:], s.pending.CodeHash) == 1
	next := *s.pending
	kind := EventEmailCodeWrong
	if right {
		kind = EventEmailVerified
		next.MailboxProved = true
		next.CodeHash, next.MailCode = nil, nil
	} else if next.CodeTries++; next.CodeTries >= mailCodeTries {
		next.kill()
	}
	event, err := e.event(c, kind, s.user.Ref)
	if err != nil {
		return Commit{}, nil, err
	}
	s.pending = &next
	commit := Commit{Event: event, Put: []Record{&next}}
	if right {
		return commit, nil, nil
	}
	return commit, wrongTry(CodeEmailCodeWrong, "The code from the mail is not right.", mailCodeTries-next.CodeTries), nil
}

// kill ends a pending enrolment; the record stays for its limits.
func (e *Enrollment) kill() {
	e.TokenID = ""
	e.Secret, e.CodeHash, e.MailCode, e.Backup = nil, nil, nil, nil
}

func wrongTry(code Code, detail string, left int) *Error {
	refusal := refuse(code, "%s", detail)
	left = max(0, left)
	refusal.AttemptsLeft = &left
	return refusal
}
