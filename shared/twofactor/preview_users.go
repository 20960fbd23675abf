package twofactor

import "context"

// previewPage is how many users are weighed at once.
const previewPage = 500

// weighUsers fills the three groups: everybody is decided about as at a login
// of his usual kind under the policy to come.
func (p *Policies) weighUsers(ctx context.Context, a *access, next *Tenant, answer *PreviewAnswer) error {
	query := Query{Kind: KindDirectory, Tenant: next.ID, Limit: previewPage}
	for {
		page, err := p.Store.List(ctx, query)
		if err != nil {
			return unavailable(err)
		}
		if err := p.weighPage(ctx, a, next, page.Records, answer); err != nil {
			return err
		}
		if page.Next == "" {
			return nil
		}
		query.After = page.Next
	}
}

func (p *Policies) weighPage(ctx context.Context, a *access, next *Tenant, records []Record, answer *PreviewAnswer) error {
	wants := make([]Want, 0, len(records))
	for _, record := range records {
		wants = append(wants, Want{Key: AuthKey(Ref{Tenant: next.ID, User: record.Key().User}), Eventually: true})
	}
	if len(wants) == 0 {
		return nil
	}
	found, err := p.load(ctx, wants...)
	if err != nil {
		return err
	}
	for i, record := range records {
		dir, listed := record.(*Directory)
		user := Get[Auth](found, wants[i].Key)
		if listed && user != nil {
			s := a.situation(user)
			s.tenant = next
			answer.weigh(s, dir.trusted(a.now) != "")
		}
	}
	return nil
}

// weigh puts a user where he belongs. Who is not active is required like
// everyone, but stops at no login.
func (p *PreviewAnswer) weigh(s situation, hasAddress bool) {
	v := decide(s)
	if !v.Required {
		return
	}
	p.Required.add(s.user.User)
	if !s.user.Active || s.user.Factor != nil {
		return
	}
	if v.walls() {
		p.Walled.add(s.user.User)
	}
	if !hasAddress && s.provesMailbox() {
		p.WithoutEmail.add(s.user.User)
	}
}

// provesMailbox: an enrolment at a login of this user proves the mailbox first
// (contract §4.3).
func (s situation) provesMailbox() bool {
	switch effectivePolicy(s.tenant, s.parent, floorHolds(s.tenant, s.parent, s.user)).EmailVerification {
	case EmailAlways:
		return true
	case EmailAfterReset:
		return s.user.ResetMark
	}
	return false
}
