package twofactor

import (
	"context"
	"errors"
	"time"

	"sallyport/shared/totp"
)

// show gives the pending enrolment to the person that it belongs to.
func (e *Enroll) show(s *scene) (EnrollmentAnswer, error) {
	answer := EnrollmentAnswer{
		Account: totp.Account(s.account()), Issuer: totp.Issuer(s.tenant.AppIssuer()), ExpiresAt: s.pending.ExpiresAt,
	}
	if s.pending.MailboxNeeded && !s.pending.MailboxProved {
		answer.EmailRequired = true
		answer.EmailSentTo = MaskAddress(s.directory.trusted(e.Now()))
		return answer, nil
	}
	secret, err := s.data.Open(s.pending.Secret, binding(s.user, s.pending.Generation+1))
	if err != nil {
		return EnrollmentAnswer{}, unavailable(err)
	}
	uri := totp.URI(answer.Issuer, answer.Account, secret)
	svg, png, err := totp.QR(uri)
	if err != nil {
		return EnrollmentAnswer{}, unavailable(err)
	}
	answer.Secret = Secret(totp.Base32(secret))
	answer.URI, answer.SVG, answer.PNG = Secret(uri), Secret(svg), png
	return answer, nil
}

// account is the name that the app shows: the address, else the id.
func (s *scene) account() string {
	if s.directory.Email != "" {
		return s.directory.Email
	}
	return s.user.User
}

// openTenant opens the tenant's data key.
func (d Deps) openTenant(ctx context.Context, tenant *Tenant) (DataKey, error) {
	data, err := d.Vault.OpenDataKey(ctx, tenant.ID, tenant.DataKey)
	if err != nil {
		return nil, unavailable(err)
	}
	return data, nil
}

// ownDataKey opens the tenant's data key and makes one for its first
// enrolment. The tenant was read eventually, so it is read again, strongly,
// before a key is made.
func (e *Enroll) ownDataKey(ctx context.Context, s *scene) error {
	if len(s.tenant.DataKey) == 0 {
		if err := e.makeDataKey(ctx, s); err != nil {
			return err
		}
	}
	data, err := e.openTenant(ctx, s.tenant)
	s.data = data
	return err
}

func (e *Enroll) makeDataKey(ctx context.Context, s *scene) error {
	return e.settle(ctx, func(ctx context.Context, _ *ConflictError) (Commit, error) {
		found, err := e.load(ctx, Want{Key: TenantKey(s.tenant.ID)})
		if err != nil {
			return Commit{}, err
		}
		tenant := Get[Tenant](found, TenantKey(s.tenant.ID))
		if tenant == nil || tenant.Deleting {
			return Commit{}, unavailable(errors.New("the tenant is gone"))
		}
		s.tenant = tenant
		if len(tenant.DataKey) > 0 {
			return Commit{}, nil
		}
		wrapped, err := e.Vault.NewDataKey(ctx, tenant.ID)
		if err != nil {
			return Commit{}, unavailable(err)
		}
		tenant.DataKey = wrapped
		return Commit{Put: []Record{tenant}}, nil
	})
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
