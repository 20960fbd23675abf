package twofactor

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// RequirementsInput is what is decided for many users at once.
type RequirementsInput struct {
	// Users are 1 to 500 ids.
	Users  []string
	Value  RequirementValue
	Reason string
	// ExpiresAt is when it falls back to inherit; zero means never.
	ExpiresAt time.Time
	// Notify asks for a mail to each whom this changed, who is required now
	// and has no factor.
	Notify bool
}

// one is the same decision for one user.
func (in RequirementsInput) one() RequirementInput {
	return RequirementInput{Value: in.Value, Reason: in.Reason, ExpiresAt: in.ExpiresAt}
}

func (in RequirementsInput) check(now time.Time) error {
	if len(in.Users) == 0 || len(in.Users) > maxBatch {
		return invalid("/users", "It holds 1 to %d ids.", maxBatch)
	}
	for i, id := range in.Users {
		if !ValidID(id) {
			return invalid(fmt.Sprintf("/users/%d", i), idForm)
		}
	}
	return in.one().check(now)
}

// SetRequirements does for many users what SetRequirement does for one, with
// one confirmation (contract §3). Form, scope, tenant, actor, recency and a
// policy that is off refuse the whole; all else stands in the results, one for
// each id in the order given. It is safe to repeat: what is so already is
// OutcomeUnchanged, and what there was no time for is OutcomeNotTried.
func (p *Policies) SetRequirements(ctx context.Context, c Caller, tenant string, in RequirementsInput) ([]ItemResult, error) {
	if err := in.check(p.Now()); err != nil {
		return nil, err
	}
	a, err := p.authorize(ctx, c, tenant, in.one().action())
	if err != nil {
		return nil, err
	}
	if err := p.replay(ctx, c); err != nil {
		return nil, err
	}
	if a.restsForAll() {
		return nil, notAvailable()
	}
	results, err := p.requireAll(ctx, c, a, in)
	if err != nil {
		return nil, err
	}
	return results, p.rememberBatch(ctx, c, results)
}

// restsForAll: it is off, and no parent requires anybody here.
func (a *access) restsForAll() bool {
	if soundPolicy(a.tenant.Policy.Policy).Mode != ModeOff {
		return false
	}
	return a.parent == nil || soundPolicy(a.parent.Policy.Policy).Clients == ClientsOwn
}

// requireAll reads all users at once and writes those who change, some at a
// time.
func (p *Policies) requireAll(ctx context.Context, c Caller, a *access, in RequirementsInput) ([]ItemResult, error) {
	open, cancel := withReserve(ctx)
	defer cancel()
	run := requirementRun{Policies: p, caller: c, access: a, input: in}
	var wants []Want
	for _, id := range in.Users {
		wants = append(wants, run.wants(id)...)
	}
	var err error
	if run.found, err = p.load(ctx, distinct(wants)...); err != nil {
		return nil, err
	}
	results := make([]ItemResult, len(in.Users))
	var firsts []int
	for i, id := range in.Users {
		if slices.Index(in.Users, id) == i {
			firsts = append(firsts, i)
		}
	}
	var wg sync.WaitGroup
	spread(&wg, batchWorkers, firsts, func(i int) {
		results[i] = ItemResult{ID: in.Users[i], Outcome: OutcomeNotTried}
		if open.Err() == nil {
			results[i] = run.item(ctx, in.Users[i])
		}
	})
	wg.Wait()
	for i, id := range in.Users {
		results[i] = results[slices.Index(in.Users, id)]
	}
	return results, nil
}

// requirementRun is one call of SetRequirements.
type requirementRun struct {
	*Policies
	caller Caller
	access *access
	input  RequirementsInput
	// found holds the users as they were read at the beginning.
	found Found
}

func (r *requirementRun) wants(id string) []Want {
	ref := Ref{Tenant: r.access.tenant.ID, User: id}
	return []Want{{Key: AuthKey(ref)}, {Key: DirectoryKey(ref)}}
}

// item decides about one user; after a lost race he is read again.
func (r *requirementRun) item(ctx context.Context, id string) ItemResult {
	outcome := OutcomeUnchanged
	err := r.settle(ctx, func(ctx context.Context, lost *ConflictError) (Commit, error) {
		found := r.found
		if lost != nil {
			var err error
			if found, err = r.load(ctx, r.wants(id)...); err != nil {
				return Commit{}, err
			}
		}
		commit, err := r.decide(found, id)
		outcome = OutcomeUnchanged
		if !commit.empty() {
			outcome = OutcomeUpdated
		}
		return commit, err
	})
	if err != nil {
		return ItemResult{ID: id, Err: err}
	}
	return ItemResult{ID: id, Outcome: outcome}
}

func (r *requirementRun) decide(found Found, id string) (Commit, error) {
	ref := Ref{Tenant: r.access.tenant.ID, User: id}
	user, dir := Get[Auth](found, AuthKey(ref)), Get[Directory](found, DirectoryKey(ref))
	user, commit, err := r.require(r.caller, r.access, user, dir, r.input.one())
	if err != nil || commit.empty() {
		return Commit{}, err
	}
	v := decide(r.access.situation(user))
	if r.input.Notify && user.Active && v.Required && user.Factor == nil {
		commit.Event.AskMail(MailRequired)
	}
	return commit, nil
}
