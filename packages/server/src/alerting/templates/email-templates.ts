/**
 * The built-in e-mail: plain tables with styles at each element, since mail programs know little else. Every text has its
 * background given with it, so that dark modes which change only one of the two keep it readable.
 */
/** A row of the built-in mail that the graph takes, when there is one. */
export const GRAPH_PLACE = '<tr id="sightline-graph"></tr>';

const FONT = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const MONO = 'font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace';
const MUTED = 'color:#5b6472;background-color:#ffffff';
const LINK = 'color:#1d5fd0;background-color:#ffffff;text-decoration:underline';

const ALERT = `{{ define "__email_alert" -}}
{{ $alert := .alert -}}
<tr><td style="padding:16px 24px;border-top:1px solid #e3e6ea;background-color:#ffffff;color:#1b1f24;${FONT};font-size:14px;line-height:20px">
<div style="font-size:16px;line-height:22px;font-weight:600;color:#1b1f24;background-color:#ffffff">{{ with $alert.Labels.alertname }}{{ . }}{{ else }}(no alertname){{ end }}
{{- with $alert.Labels.severity }} <span style="${MUTED};font-weight:400;font-size:13px">{{ . }}</span>{{ end }}</div>
{{ with $alert.Annotations.summary }}<div style="padding-top:4px;color:#1b1f24;background-color:#ffffff">{{ . }}</div>
{{ end }}{{ with $alert.Annotations.description }}<div style="padding-top:4px;color:#1b1f24;background-color:#ffffff">{{ . }}</div>
{{ end }}<div style="padding-top:8px;font-size:13px;${MUTED}">
{{- if eq $alert.Status "resolved" }}From {{ $alert.StartsAt.UTC.Format "2006-01-02 15:04:05" }} to {{ $alert.EndsAt.UTC.Format "2006-01-02 15:04:05 MST" }}
{{- else }}Since {{ $alert.StartsAt.UTC.Format "2006-01-02 15:04:05 MST" }}{{ end }}</div>
<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin-top:8px">
{{ range ($alert.Labels.Remove (stringSlice "alertname" "severity")).SortedPairs }}<tr>
<td style="padding:1px 12px 1px 0;${MONO};font-size:12px;line-height:18px;vertical-align:top;${MUTED}">{{ .Name }}</td>
<td style="padding:1px 0;${MONO};font-size:12px;line-height:18px;color:#1b1f24;background-color:#ffffff;word-break:break-word">{{ .Value }}</td></tr>
{{ end }}{{ range ($alert.Annotations.Remove (stringSlice "summary" "description" "runbook_url")).SortedPairs }}<tr>
<td style="padding:1px 12px 1px 0;${FONT};font-size:13px;line-height:18px;vertical-align:top;${MUTED}">{{ .Name }}</td>
<td style="padding:1px 0;${FONT};font-size:13px;line-height:18px;color:#1b1f24;background-color:#ffffff;word-break:break-word">{{ .Value }}</td></tr>
{{ end }}</table>
<div style="padding-top:8px;font-size:13px;${MUTED}"><a href="{{ .base }}/alerts/{{ $alert.Fingerprint }}" style="${LINK}">Details</a>
{{- with $alert.Annotations.runbook_url }} &nbsp; <a href="{{ . }}" style="${LINK}">Runbook</a>{{ end }}
{{- with $alert.GeneratorURL }} &nbsp; <a href="{{ . }}" style="${LINK}">Query</a>{{ end }}</div>
</td></tr>
{{ end }}`;

const HEADING = `{{ define "__email_heading" -}}
<tr><td style="padding:16px 24px 8px;background-color:#ffffff;color:#1b1f24;${FONT};font-size:13px;line-height:18px;font-weight:600">{{ . }}</td></tr>
{{ end }}`;

/** A mail of thousands of alerts helps nobody, and mail programs cut it off. */
const ALERTS = `{{ define "__email_alerts" -}}
{{ $base := .base }}{{ range $at, $alert := .alerts }}{{ if eq $at 100 }}{{ template "__email_heading" (printf "and %d more" (len (slice $.alerts 100))) }}{{ break }}{{ end }}
{{- template "__email_alert" (dict "alert" $alert "base" $base) }}{{ end -}}
{{ end }}`;

const PAGE = `{{ define "email.default.html" -}}
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light">
<meta name="supported-color-schemes" content="light">
<title>{{ template "__subject" . }}</title>
</head>
<body style="margin:0;padding:0;background-color:#f2f4f7;color:#1b1f24">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="background-color:#f2f4f7"><tr><td align="center" style="padding:24px 8px">
<table role="presentation" width="640" cellpadding="0" cellspacing="0" border="0" style="width:100%;max-width:640px;background-color:#ffffff;border:1px solid #d5d9e0;border-radius:8px">
<tr><td style="padding:16px 24px;border-radius:8px 8px 0 0;background-color:{{ if eq .Status "firing" }}#b3261e{{ else }}#1a6b3c{{ end }};color:#ffffff;${FONT};font-size:18px;line-height:26px;font-weight:600">
{{- with .Alerts.Firing }}{{ len . }} firing{{ end }}{{ if and .Alerts.Firing .Alerts.Resolved }}, {{ end }}{{ with .Alerts.Resolved }}{{ len . }} resolved{{ end }}
{{- with .GroupLabels.SortedPairs }}<div style="font-size:14px;line-height:20px;font-weight:400;color:#ffffff">
{{- range $at, $pair := . }}{{ if $at }}, {{ end }}{{ .Name }}: {{ .Value }}{{ end }}</div>{{ end }}</td></tr>
<tr><td style="padding:16px 24px;background-color:#ffffff"><a href="{{ template "__alertmanagerURL" . }}" style="display:inline-block;padding:8px 16px;border-radius:6px;background-color:#1d5fd0;color:#ffffff;${FONT};font-size:14px;line-height:20px;text-decoration:none">Open in {{ template "__alertmanager" . }}</a></td></tr>
${GRAPH_PLACE}
{{ with .Alerts.Firing }}{{ template "__email_heading" "Firing" }}{{ template "__email_alerts" (dict "alerts" . "base" $.ExternalURL) }}{{ end }}
{{- with .Alerts.Resolved }}{{ template "__email_heading" "Resolved" }}{{ template "__email_alerts" (dict "alerts" . "base" $.ExternalURL) }}{{ end -}}
</table>
<div style="padding:16px 8px;color:#5b6472;background-color:#f2f4f7;${FONT};font-size:12px;line-height:18px">Sent by <a href="{{ .ExternalURL }}" style="color:#5b6472;background-color:#f2f4f7;text-decoration:underline">{{ template "__alertmanager" . }}</a> to the receiver {{ .Receiver }}</div>
</td></tr></table>
</body>
</html>
{{ end }}`;

export const EMAIL_TEMPLATES = ALERT + HEADING + ALERTS + PAGE;
