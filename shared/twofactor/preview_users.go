package twofactor

import (
	"context"
	"time"
)

// previewPage is how many users are weighed at once.
const previewPage = 500

// previewExact is how many users a preview reads one by one before it takes
// the totals from the counts.
const previewExact = 2000

// weighUsers fills the three groups: everybody is decided about as at a login
// of his usual kind under the policy to come. A large tenant is read only as
// far as previewExact, for the samples; its totals are those of the counts.
func (p *Policies) weighUsers(ctx context.Context, a *access, next *Tenant, answer *PreviewAnswer) error {
	query := Query{Kind: KindDirectory, Tenant: next.ID, Limit: previewPage}
	for read, asked := 0, false; ; {
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
		if read += len(page.Records); read < previewExact || asked {
			continue
		}
		asked = true
		if done, err := p.weighCounts(ctx, a, next, read, answer); done || err != nil {
			return err
		}
	}
}

// weighCounts takes the totals from the tenant's counts, a few seconds behind.
// They know of no single user's grace: whose requirement begins with this
// policy has all of it, and everybody else is taken for somebody whose grace is
// over. false means that the counts do not hold even those who were read.
func (p *Policies) weighCounts(ctx context.Context, a *access, next *Tenant, read int, answer *PreviewAnswer) (bool, error) {
	counts, err := p.counts(ctx, next)
	if err != nil {
		return false, unavailable(err)
	}
	var totals PreviewAnswer
	users := 0
	for cell, n := range counts[next.ID] {
		users += n
		user, known := cellUser(next.ID, cell, a.now)
		if !known {
			continue
		}
		user.CreatedAt = time.Time{}
		s := a.situation(user)
		s.tenant = next
		totals.weigh(s, user.EmailHint != "", n)
	}
	if users < read {
		return false, nil
	}
	answer.Required.Total = totals.Required.Total
	answer.Walled.Total = totals.Walled.Total
	answer.WithoutEmail.Total = totals.WithoutEmail.Total
	return true, nil
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
			answer.weigh(s, dir.trusted(a.now) != "", 1)
		}
	}
	return nil
}

// weigh puts n users of one kind where they belong. Who is not active is
// required like everyone, but stops at no login.
func (p *PreviewAnswer) weigh(s situation, hasAddress bool, n int) {
	v := decide(s)
	if !v.Required {
		return
	}
	p.Required.add(s.user.User, n)
	if !s.user.Active || s.user.Factor != nil {
		return
	}
	if v.walls() {
		p.Walled.add(s.user.User, n)
	}
	if !hasAddress && s.provesMailbox() {
		p.WithoutEmail.add(s.user.User, n)
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
