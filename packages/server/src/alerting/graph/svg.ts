/** A scene as an SVG document without references to anything outside. */
import type { Scene, Shape } from './scene.ts';

export function renderSvg({ width, height, background, shapes }: Scene): string {
  const body = [`<rect width="${width}" height="${height}" fill="${background}"/>`, ...shapes.map(element)];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${body.join('')}</svg>`;
}

function element(shape: Shape): string {
  switch (shape.kind) {
    case 'line': {
      const points = shape.points.map(short).join(' ');
      return `<polyline points="${points}" fill="none" stroke="${shape.color}" stroke-width="${shape.width}" stroke-linejoin="round"/>`;
    }
    case 'dot':
      return `<circle cx="${short(shape.x)}" cy="${short(shape.y)}" r="${shape.radius}" fill="${shape.color}"/>`;
    case 'text': {
      const place = `x="${short(shape.x)}" y="${short(shape.baseline)}" text-anchor="${shape.anchor}"`;
      // Digits are about 0.73 of the size of a font.
      const font = `font-family="system-ui,sans-serif" font-size="${short(shape.size / 0.73)}" fill="${shape.color}"`;
      return `<text ${place} ${font}>${escapeXml(shape.text)}</text>`;
    }
  }
}

function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
