package twofactor

import (
	"context"
	"io"

	"sallyport/shared/totp"
)

// Confirm proves the app with one code and gives the backup codes; nothing is
// active yet. It can be repeated, also with the same code: the last set of
// backup codes counts.
func (e *Enroll) Confirm(ctx context.Context, c Caller, code Secret) ([]Secret, error) {
	token, err := mayUse(c, TokenLogin, TokenSelfService, TokenLink)
	if err != nil {
		return nil, err
	}
	if !totp.ValidShape(code.Reveal()) {
		return nil, invalid("/code", "A code from the app is exactly six digits.")
	}
	var codes []Secret
	err = e.settleProof(ctx, func(ctx context.Context) (commit Commit, refusal, err error) {
		codes, commit, refusal, err = e.confirm(ctx, c, token, code)
		return commit, refusal, err
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}

func (e *Enroll) confirm(ctx context.Context, c Caller, token *Token, code Secret) ([]Secret, Commit, error, error) {
	s, err := e.livePending(ctx, token)
	if err != nil {
		return nil, Commit{}, nil, err
	}
	if s.pending.MailboxNeeded && !s.pending.MailboxProved {
		return nil, Commit{}, nil, refuse(CodeEmailNotVerified, "Prove the mailbox first.")
	}
	bind := binding(s.user, s.pending.Generation+1)
	secret, err := s.data.Open(s.pending.Secret, bind)
	if err != nil {
		return nil, Commit{}, nil, unavailable(err)
	}
	step, ok := totp.Match(secret, code.Reveal(), e.Now(), s.policy().SkewSteps)
	if !ok {
		return e.confirmWrong(c, s)
	}
	codes, hashes, err := e.newBackupCodes(s.policy().BackupCodes, s.data, bind)
	if err != nil {
		return nil, Commit{}, nil, err
	}
	next := *s.pending
	next.ConfirmedStep = max(next.ConfirmedStep, step)
	next.Backup = hashes
	event, err := e.event(c, EventEnrollmentConfirmed, s.user.Ref)
	return codes, Commit{Event: event, Put: []Record{&next}}, nil, err
}

// confirmWrong counts a wrong proof code; five end the pending enrolment.
func (e *Enroll) confirmWrong(c Caller, s *scene) ([]Secret, Commit, error, error) {
	next := *s.pending
	next.Tries++
	left := enrollmentTries - next.Tries
	if left <= 0 {
		next.kill()
	}
	event, err := e.event(c, EventEnrollmentWrong, s.user.Ref)
	refusal := wrongTry(CodeCodeWrong, "The code is not right. Check that the phone's clock is set by the network.", left)
	return nil, Commit{Event: event, Put: []Record{&next}}, refusal, err
}

// newBackupCodes draws n codes of 120 bits each, and their hashes.
func (d Deps) newBackupCodes(n int, data DataKey, bind Binding) ([]Secret, []BackupHash, error) {
	codes := make([]Secret, n)
	hashes := make([]BackupHash, n)
	for i := range n {
		var b [15]byte
		if _, err := io.ReadFull(d.Random, b[:]); err != nil {
			return nil, nil, unavailable(err)
		}
		plain := encodeCrockford(b[:])
		codes[i] = grouped(plain)
		hashes[i] = data.HashBackupCode(Secret(plain), bind)
	}
	return codes, hashes, nil
}

// grouped writes a backup code in groups of four, as it is shown.
func grouped(plain string) Secret {
	out := make([]byte, 0, len(plain)+len(plain)/4)
	for i := range len(plain) {
		if i > 0 && i%4 == 0 {
			out = append(out, '-')
		}
		out = append(out, plain[i])
	}
	return Secret(out)
}
