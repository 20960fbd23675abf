package twofactor

import "context"

// Disable switches a person's own factor off, with a current code. Where the
// factor is required it is refused before the code is judged.
func (e *Enroll) Disable(ctx context.Context, c Caller, in ProofInput) (UserView, error) {
	token, err := mayUse(c, TokenSelfService)
	if err != nil {
		return UserView{}, err
	}
	var view UserView
	err = e.settleProof(ctx, func(ctx context.Context) (Commit, error, error) {
		s, err := e.loadOwn(ctx, token)
		if err != nil {
			return Commit{}, nil, err
		}
		if s.decide(e.Now()).Required {
			return Commit{}, nil, refuse(CodeRequiredByPolicy, "The factor is required; it can be changed, not switched off.")
		}
		judged, commit, err := e.proveFactor(ctx, c, s.person, in)
		if err != nil || judged.refusal != nil {
			return commit, judged.err(), err
		}
		next := judged.next
		next.unbind()
		commit.Event.Type = EventFactorRemoved
		commit.Event.AskMail(MailFactorRemoved)
		commit.Put = []Record{&next}
		commit.Delete = e.leftovers(s)
		s.user = &next
		view = viewUser(s.situation(e.Now()), s.directory)
		return commit, nil, nil
	})
	return view, err
}

// leftovers are the records that go with a factor.
func (e *Enroll) leftovers(s *scene) []Record {
	return []Record{&Devices{Ref: s.user.Ref}}
}

// BackupCodes replaces the backup codes, with a current code; the old ones are
// dead.
func (e *Enroll) BackupCodes(ctx context.Context, c Caller, in ProofInput) ([]Secret, error) {
	token, err := mayUse(c, TokenSelfService)
	if err != nil {
		return nil, err
	}
	var codes []Secret
	err = e.settleProof(ctx, func(ctx context.Context) (Commit, error, error) {
		s, err := e.loadOwn(ctx, token)
		if err != nil {
			return Commit{}, nil, err
		}
		judged, commit, err := e.proveFactor(ctx, c, s.person, in)
		if err != nil || judged.refusal != nil {
			return commit, judged.err(), err
		}
		data, err := e.openTenant(ctx, s.tenant)
		if err != nil {
			return Commit{}, nil, err
		}
		fresh, hashes, err := e.newBackupCodes(s.policy().BackupCodes, data, binding(s.user, s.user.Generation))
		if err != nil {
			return Commit{}, nil, err
		}
		judged.next.Factor.Backup, judged.next.Factor.Spent = hashes, 0
		commit.Put = []Record{&judged.next}
		commit.Event.Type = EventBackupCodesReplaced
		commit.Event.AskMail(MailBackupCodesReplaced)
		codes = fresh
		return commit, nil, nil
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}

// loadOwn loads a person who manages a factor that is there.
func (e *Enroll) loadOwn(ctx context.Context, token *Token) (*scene, error) {
	s, err := e.loadEnrollment(ctx, token)
	if err != nil {
		return nil, err
	}
	now := e.Now()
	if s.decide(now).State == StateNotAvailable {
		return nil, notAvailable()
	}
	if err := s.mayServeThemselves(now); err != nil {
		return nil, err
	}
	if s.user.Factor == nil {
		return nil, refuse(CodeNoFactor, "There is no factor.")
	}
	return s, nil
}
