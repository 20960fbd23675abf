package twofactor

import (
	"context"
	"strconv"
	"time"
)

// Summary counts the users of a tenant. Every user, active or not, is in
// exactly one of the five states of contract §5; Locked and ResetRequested
// count across them.
type Summary struct {
	Users          int
	Active         int
	Pending        int
	NotRequired    int
	NotApplicable  int
	NotAvailable   int
	Locked         int
	ResetRequested int
}

// TenantSummary is the summary of a client.
type TenantSummary struct {
	Tenant string
	Name   string
	Summary
}

// SummaryQuery asks for a page of the clients of a parent. Limit is from 1 to
// 200; 0 is 50.
type SummaryQuery struct {
	Limit  int
	Cursor string
}

// SummaryAnswer is the summary of a tenant's own users and, for a parent, of
// each of its clients.
type SummaryAnswer struct {
	Summary
	// Name is the tenant's own.
	Name string
	// AsOf is when the counts were read. They follow a change by seconds, and
	// what ends by time alone by a run of the schedule.
	AsOf time.Time
	// Parent says whether there are clients to show.
	Parent  bool
	Tenants []TenantSummary
	Next    string
}

// Summary counts a tenant's users by state. It reads the same ten records for
// a hundred users as for a hundred thousand, and applies the policy to what
// they say. For a parent it adds its clients, sorted by id, a page at a time.
func (u *Users) Summary(ctx context.Context, c Caller, tenant string, q SummaryQuery) (SummaryAnswer, error) {
	limit, err := pageSize(q.Limit)
	if err != nil {
		return SummaryAnswer{}, err
	}
	a, err := u.authorize(ctx, c, tenant, actSummary)
	if err != nil {
		return SummaryAnswer{}, err
	}
	list := "summary/" + tenant
	after, err := u.openCursor(ctx, c, list, q.Cursor)
	if err != nil {
		return SummaryAnswer{}, err
	}
	counts, err := u.counts(ctx, a.tenant)
	if err != nil {
		return SummaryAnswer{}, unavailable(err)
	}
	answer := SummaryAnswer{
		Summary: summarise(counts[tenant], a.tenant, a.parent, a.now), Name: a.tenant.Name, AsOf: a.now,
	}
	if a.tenant.Clients == 0 && after == "" {
		return answer, nil
	}
	answer.Parent = true
	position, err := u.clientSummaries(ctx, c, a, &answer, Query{Kind: KindTenant, Tenant: tenant, After: after, Limit: limit})
	if err != nil {
		return SummaryAnswer{}, err
	}
	answer.Next, err = u.sealCursor(ctx, c, list, position)
	return answer, err
}

// clientSummaries adds a page of the clients that the key may see.
func (u *Users) clientSummaries(ctx context.Context, c Caller, a *access, answer *SummaryAnswer, q Query) (string, error) {
	page, err := u.Store.List(ctx, q)
	if err != nil {
		return "", unavailable(err)
	}
	var clients []*Tenant
	for _, record := range page.Records {
		if client, ok := record.(*Tenant); ok && !client.Deleting && reaches(c.Key, client) {
			clients = append(clients, client)
		}
	}
	counts, err := u.counts(ctx, clients...)
	if err != nil {
		return "", unavailable(err)
	}
	answer.Tenants = []TenantSummary{}
	for _, client := range clients {
		answer.Tenants = append(answer.Tenants, TenantSummary{
			Tenant: client.ID, Name: client.Name, Summary: summarise(counts[client.ID], client, a.tenant, a.now),
		})
	}
	return page.Next, nil
}

// tenantsTogether is how many tenants' counts one load asks for.
const tenantsTogether = 8

// counts gives the users in each cell, for each of the tenants.
func (d Deps) counts(ctx context.Context, tenants ...*Tenant) (map[string]map[string]int, error) {
	all := map[string]map[string]int{}
	for len(tenants) > 0 {
		part := tenants[:min(tenantsTogether, len(tenants))]
		tenants = tenants[len(part):]
		var wants []Want
		for _, t := range part {
			all[t.ID] = map[string]int{}
			for shard := range CountShards {
				wants = append(wants, Want{Key: CountKey(t.ID, shard), Eventually: true})
			}
		}
		found, err := d.Store.Load(ctx, wants...)
		if err != nil {
			return nil, err
		}
		for key, record := range found {
			if count, ok := record.(*Count); ok {
				for cell, n := range count.Cells {
					all[key.Tenant][cell] += n
				}
			}
		}
	}
	return all, nil
}

// summarise applies the policy to the cells of one tenant.
func summarise(cells map[string]int, tenant, parent *Tenant, now time.Time) Summary {
	var s Summary
	for cell, n := range cells {
		user, ok := cellUser(tenant.ID, cell, now)
		if !ok {
			continue
		}
		v := decide(situation{tenant: tenant, parent: parent, user: user, first: FirstFactor{Method: user.SignIn}, now: now})
		s.Users += n
		*s.of(v.State) += n
		if v.Locked != "" {
			s.Locked += n
		}
		if user.openReset(now) != nil {
			s.ResetRequested += n
		}
	}
	return s
}

// of is the number of users in a state.
func (s *Summary) of(state State) *int {
	switch state {
	case StateActive:
		return &s.Active
	case StatePending:
		return &s.Pending
	case StateNotApplicable:
		return &s.NotApplicable
	case StateNotAvailable:
		return &s.NotAvailable
	}
	return &s.NotRequired
}

// SummaryColumns names the columns of a summary as CSV.
var SummaryColumns = []string{
	"users", "active", "pending", "not_required", "not_applicable", "not_available", "locked", "reset_requested",
}

// Cells gives the numbers in the order of SummaryColumns.
func (s Summary) Cells() []string {
	var cells []string
	for _, n := range []int{
		s.Users, s.Active, s.Pending, s.NotRequired, s.NotApplicable, s.NotAvailable, s.Locked, s.ResetRequested,
	} {
		cells = append(cells, strconv.Itoa(n))
	}
	return cells
}
