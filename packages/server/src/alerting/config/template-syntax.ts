/** Whether a text is a template that Alertmanager can parse, and where it is not. */
import { NotificationTemplates, TemplateError } from '@sightline/gotemplate';

export interface TemplateProblem {
  /** Go's words, without name and line. */
  readonly message: string;
  /** From 1. */
  readonly line: number;
}

/** Undefined when the text parses. Templates it calls by name are not looked for. */
export function templateProblem(text: string, name = ''): TemplateProblem | undefined {
  try {
    new NotificationTemplates([{ name, text }]);
    return undefined;
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const match = /^template: .*?:(\d+):(?:\d+:)? (.*)$/s.exec(error.message);
    return match === null
      ? { message: error.message, line: 1 }
      : { message: match[2] ?? '', line: Number(match[1] ?? '1') };
  }
}
