package twofactor

import (
	"context"
	"time"
)

// rememberedDevice is the device whose token came with a login.
type rememberedDevice struct {
	// next is the record to commit; nil when the token is only overlapping.
	next      *Devices
	token     Secret
	expiresAt time.Time
}

// matchDevice judges the device token of a login. nil means that none stands
// in; a spent token takes its device away, with a mail.
func (v *Verify) matchDevice(ctx context.Context, c Caller, l *login, token Secret) (*rememberedDevice, error) {
	days := effectivePolicy(l.tenant, l.parent, floorHolds(l.tenant, l.parent, l.user)).RememberDeviceDays
	if token == "" || l.devices == nil || l.user.Factor == nil || days == 0 {
		return nil, nil
	}
	key, err := v.openTenant(ctx, l.tenant)
	if err != nil {
		return nil, err
	}
	now := v.Now()
	bind := binding(l.user, l.user.Generation)
	devices := l.devices.living(l.user, days, now)
	i, match := devices.match(key, bind, token, days, now)
	switch match {
	case deviceCurrent:
		next := devices.turned(i, now)
		return remembered(key, bind, next.List[i], next), nil
	case deviceOverlapping:
		return remembered(key, bind, devices.List[i], nil), nil
	case deviceSpent:
		return nil, v.dropDevice(ctx, c, l.ref, devices.without(i))
	}
	return nil, nil
}

func remembered(key DataKey, bind Binding, device Device, next *Devices) *rememberedDevice {
	return &rememberedDevice{
		next: next, token: deviceToken(key, bind, device.ID, device.Turn), expiresAt: device.ExpiresAt,
	}
}

// dropDevice removes a device whose spent token came back. A lost race means
// that somebody else changed the devices: this login asks for a code anyway.
func (v *Verify) dropDevice(ctx context.Context, c Caller, ref Ref, next *Devices) error {
	e, err := v.event(c, EventDeviceRemoved, ref)
	if err != nil {
		return err
	}
	e.Detail["cause"] = "spent_token"
	e.AskMail(MailDeviceRemoved)
	return v.settle(ctx, oneTry(Commit{Event: e, Put: []Record{next}}))
}

// allow lets a login in: one write, which carries the event, then the
// assertion.
func (v *Verify) allow(ctx context.Context, c Caller, l *login, token Token, verdict verdict, device *rememberedDevice) (LoginAnswer, error) {
	sign, err := v.Signer.Ready(ctx)
	if err != nil {
		return LoginAnswer{}, unavailable(err)
	}
	e, err := v.event(c, EventLoginAllowed, l.ref)
	if err != nil {
		return LoginAnswer{}, err
	}
	e.Detail["reason"] = string(verdict.Reason)
	e.Detail["first_factor"] = string(token.First.Method)
	commit := Commit{Event: e}
	if device != nil && device.next != nil {
		commit.Put = []Record{device.next}
	}
	if err := v.settle(ctx, oneTry(commit)); err != nil {
		return LoginAnswer{}, err
	}
	policy := effectivePolicy(l.tenant, l.parent, floorHolds(l.tenant, l.parent, l.user))
	stated := v.assertionFor(&token, l.user, amrOfAllow(policy, token.First, verdict.Reason))
	assertion, err := sign(stated)
	if err != nil {
		return LoginAnswer{}, unavailable(err)
	}
	answer := describe(&token, l.user, verdict, v.Now())
	answer.Assertion, answer.ExpiresAt = assertion, stated.ExpiresAt
	if device != nil {
		answer.DeviceToken, answer.DeviceExpiresAt = device.token, device.expiresAt
	}
	return answer, nil
}
