package twofactor

import "context"

// proveFactor judges a current code where one is needed besides login. The
// commit of a refusal counts the wrong code; that of a right one burns it and
// still wants the caller's event type.
func (d Deps) proveFactor(ctx context.Context, c Caller, p *person, in ProofInput) (proof, Commit, error) {
	if in.Code == "" {
		return proof{}, Commit{}, invalid("/code", "A current code is needed.")
	}
	code, err := in.canonical()
	if err != nil {
		return proof{}, Commit{}, err
	}
	key, err := d.openFactor(ctx, p)
	if err != nil {
		return proof{}, Commit{}, err
	}
	judged := prove(p.user, key, p.policy().SkewSteps, code, d.Now())
	if !judged.write {
		return judged, Commit{}, judged.refusal
	}
	e, err := d.event(c, EventCodeWrong, p.user.Ref)
	if err != nil {
		return judged, Commit{}, err
	}
	judged.record(e)
	return judged, Commit{Event: e, Put: []Record{&judged.next}}, nil
}

// settleProof is settle for changes that a code stands before: a wrong code
// is committed too, and then refused.
func (d Deps) settleProof(ctx context.Context, try func(context.Context) (Commit, error, error)) error {
	var refusal error
	err := d.settle(ctx, func(ctx context.Context, _ *ConflictError) (c Commit, err error) {
		c, refusal, err = try(ctx)
		return c, err
	})
	if err != nil {
		return err
	}
	return refusal
}
