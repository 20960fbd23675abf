package twofactor

import "context"

// createKey makes an API key as [Keys.Create] does, but with nobody's reach to
// stay within.
func (o *Operate) createKey(ctx context.Context, in OperateInput) (OperateAnswer, error) {
	wanted := KeyInput{Name: in.Name, Audience: in.Audience, Scopes: in.Scopes, Tenants: in.Tenants}
	if err := wanted.check(); err != nil {
		return OperateAnswer{}, err
	}
	key := &APIKey{
		Name: in.Name, Audience: in.Audience,
		Scopes: in.Scopes, Tenants: in.Tenants, CreatedAt: o.Now(),
	}
	secret, err := mintAPIKey(key, o.Random)
	if err != nil {
		return OperateAnswer{}, err
	}
	event, err := o.event(Caller{}, EventKeyCreated, Ref{})
	if err != nil {
		return OperateAnswer{}, err
	}
	event.Detail = map[string]string{"key": key.ID, "by": "operator"}
	if err := o.commit(ctx, Commit{Event: event, Put: []Record{key}}); err != nil {
		return OperateAnswer{}, unavailable(err)
	}
	return OperateAnswer{
		Made:  []string{"made API key " + key.ID},
		KeyID: key.ID, Key: secret,
	}, nil
}
