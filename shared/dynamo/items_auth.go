package dynamo

import "sallyport/shared/twofactor"

// authFields lists the members of the auth item, which must stay within one
// write unit of 1,024 bytes whatever the contract allows (size_test.go). Times
// are whole seconds.
//
//	i  incarnation
//	h  head: created, flags, sign-in, deferrals, generation, requirement, link
//	r  role
//	m  masked address
//	p  profile hash
//	s  sealed TOTP key; it is there exactly when there is a factor
//	k  factor: last step, enrolled, verified, disabled, spent codes
//	b  hashes of the backup codes, 16 bytes each
//	a  attempts: in a row, paused until, cleared, warned
//	w  times of the last wrong codes
//	l  done logins
//	o  open reset request
func authFields(f *fields, a *twofactor.Auth, key twofactor.Key) {
	a.Ref = refOf(key)
	str(f, attrStamp, &a.Incarnation)
	packed(f, "h", true, func(p *packer) { packHead(p, a) })
	str(f, "r", &a.Role)
	str(f, "m", &a.EmailHint)
	blob(f, "p", &a.Profile)
	factorFields(f, a)
	t := &a.Attempts
	packed(f, "a", t.InARow != 0 || !t.PausedUntil.IsZero() || !t.ClearedAt.IsZero() || !t.WarnedAt.IsZero(), func(p *packer) {
		count(p, &t.InARow)
		p.second(&t.PausedUntil)
		p.second(&t.ClearedAt)
		p.second(&t.WarnedAt)
	})
	packed(f, "w", len(t.Wrong) > 0, func(p *packer) { p.seconds(&t.Wrong) })
	packed(f, "l", len(a.Logins.IDs) > 0 || !a.Logins.Horizon.IsZero(), func(p *packer) { packLogins(p, &a.Logins) })
	packed(f, "o", a.OpenReset != nil, func(p *packer) {
		if a.OpenReset == nil {
			a.OpenReset = &twofactor.OpenReset{}
		}
		word(p, &a.OpenReset.ID)
		p.second(&a.OpenReset.CreatedAt)
		count(p, &a.OpenReset.Generation)
	})
}

func packHead(p *packer, a *twofactor.Auth) {
	p.second(&a.CreatedAt)
	p.flags(&a.Active, &a.ResetMark, &a.ActivationRequested)
	word(p, &a.SignIn)
	count(p, &a.Deferrals)
	count(p, &a.Generation)
	word(p, &a.Requirement.Value)
	p.second(&a.Requirement.SetAt)
	p.second(&a.Requirement.ExpiresAt)
	word(p, &a.Link)
}

func factorFields(f *fields, a *twofactor.Auth) {
	factor := a.Factor
	if factor == nil {
		factor = &twofactor.Factor{}
	}
	there := a.Factor != nil
	packed(f, "k", there, func(p *packer) {
		there = true
		count(p, &factor.LastStep)
		p.second(&factor.EnrolledAt)
		p.second(&factor.LastVerifiedAt)
		p.flags(&factor.Disabled)
		count(p, &factor.Spent)
	})
	blob(f, "s", &factor.Secret)
	backupHashes(f, "b", &factor.Backup)
	if there {
		a.Factor = factor
	}
}

// backupHashes carries hashes of backup codes one behind the other.
func backupHashes(f *fields, name string, v *[]twofactor.BackupHash) {
	packed(f, name, len(*v) > 0, func(p *packer) {
		if p.reading {
			*v = make([]twofactor.BackupHash, len(p.b)/len(twofactor.BackupHash{}))
		}
		for i := range *v {
			p.fixed((*v)[i][:])
		}
	})
}

func packLogins(p *packer, l *twofactor.DoneLogins) {
	p.second(&l.Horizon)
	p.seconds(&l.Times)
	if p.reading && len(p.b) > 0 {
		l.IDs = make([][8]byte, len(p.b)/8)
	}
	for i := range l.IDs {
		p.fixed(l.IDs[i][:])
	}
}
