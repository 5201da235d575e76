/** The element of the page with this id; the templates promise that it is there. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no #${id}`);
  return element as T;
}

/** What Django put into the page as JSON. */
export function pageData<T>(id: string): T {
  return JSON.parse(byId(id).textContent ?? "null") as T;
}

/** A fresh copy of a `<template>`'s one element, and a way to find its parts by `data-part`. */
export function fromTemplate<T extends HTMLElement = HTMLElement>(id: string): T {
  const content = byId<HTMLTemplateElement>(id).content.firstElementChild;
  if (!content) throw new Error(`The template #${id} is empty`);
  return content.cloneNode(true) as T;
}

export function part<T extends HTMLElement = HTMLElement>(parent: ParentNode, name: string): T {
  const element = parent.querySelector<T>(`[data-part="${name}"]`);
  if (!element) throw new Error(`No part ${name}`);
  return element;
}
