package httpapi

import "context"

// deviceBody is a remembered device.
type deviceBody struct {
	ID         string  `json:"id"`
	CreatedAt  *string `json:"created_at"`
	LastUsedAt *string `json:"last_used_at"`
	ExpiresAt  *string `json:"expires_at"`
	UserAgent  string  `json:"user_agent"`
}

// listBody is one page of a list; only a null next_cursor ends the list.
type listBody[T any] struct {
	Items      []T     `json:"items"`
	NextCursor *string `json:"next_cursor"`
}

func listDevices(ctx context.Context, d Deps, r request[nothing]) (answer, error) {
	devices, err := d.Enroll.Devices(ctx, r.Caller)
	var b listBody[deviceBody]
	for _, v := range devices {
		b.Items = append(b.Items, deviceBody{
			ID:         v.ID,
			CreatedAt:  stamp(v.CreatedAt),
			LastUsedAt: stamp(v.LastUsedAt),
			ExpiresAt:  stamp(v.ExpiresAt),
			UserAgent:  v.UserAgent,
		})
	}
	return ok(b), err
}

func removeDevice(ctx context.Context, d Deps, r request[nothing]) (answer, error) {
	return gone(), d.Enroll.RemoveDevice(ctx, r.Caller, r.ID)
}

func removeDevices(ctx context.Context, d Deps, r request[nothing]) (answer, error) {
	return gone(), d.Enroll.RemoveDevices(ctx, r.Caller)
}
