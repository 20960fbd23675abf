package twofactor

import (
	"context"
	"time"
)

// DeviceView is one remembered device as its owner sees it.
type DeviceView struct {
	ID         string
	CreatedAt  time.Time
	LastUsedAt time.Time
	ExpiresAt  time.Time
	UserAgent  string
}

// Devices lists a person's own remembered devices.
func (e *Enroll) Devices(ctx context.Context, c Caller) ([]DeviceView, error) {
	_, devices, err := e.ownDevices(ctx, c)
	if err != nil {
		return nil, err
	}
	views := make([]DeviceView, 0, len(devices.List))
	for _, d := range devices.List {
		views = append(views, DeviceView{
			ID: d.ID, CreatedAt: d.CreatedAt, LastUsedAt: d.LastUsedAt,
			ExpiresAt: d.ExpiresAt, UserAgent: d.UserAgent,
		})
	}
	return views, nil
}

// RemoveDevice forgets one device; one that is gone already is no error.
func (e *Enroll) RemoveDevice(ctx context.Context, c Caller, id string) error {
	return e.dropDevices(ctx, c, func(d *Devices) *Devices {
		if i := d.find(id); i >= 0 {
			return d.without(i)
		}
		return nil
	})
}

// RemoveDevices forgets all devices.
func (e *Enroll) RemoveDevices(ctx context.Context, c Caller) error {
	return e.dropDevices(ctx, c, func(d *Devices) *Devices {
		if len(d.List) == 0 {
			return nil
		}
		next := *d
		next.List = nil
		return &next
	})
}

func (e *Enroll) dropDevices(ctx context.Context, c Caller, without func(*Devices) *Devices) error {
	return e.settle(ctx, func(ctx context.Context, _ *ConflictError) (Commit, error) {
		p, devices, err := e.ownDevices(ctx, c)
		if err != nil {
			return Commit{}, err
		}
		next := without(devices)
		if next == nil {
			return Commit{}, nil
		}
		event, err := e.event(c, EventDeviceRemoved, p.user.Ref)
		if err != nil {
			return Commit{}, err
		}
		event.Detail["cause"] = "owner"
		return Commit{Event: event, Put: []Record{next}}, nil
	})
}

func (e *Enroll) ownDevices(ctx context.Context, c Caller) (*person, *Devices, error) {
	token, err := mayUse(c, TokenSelfService)
	if err != nil {
		return nil, nil, err
	}
	p, err := e.loadPerson(ctx, token, Want{Key: DevicesKey(token.Ref)})
	if err != nil {
		return nil, nil, err
	}
	if err := p.mayServeThemselves(e.Now()); err != nil {
		return nil, nil, err
	}
	stored := Get[Devices](p.found, DevicesKey(token.Ref))
	return p, stored.living(p.user, p.policy().RememberDeviceDays, e.Now()), nil
}
