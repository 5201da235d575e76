import Quill, { Parchment } from "quill/core";
import { AlignClass } from "quill/formats/align";
import { BackgroundStyle } from "quill/formats/background";
import Blockquote from "quill/formats/blockquote";
import Bold from "quill/formats/bold";
import CodeBlock, { Code, CodeBlockContainer } from "quill/formats/code";
import { ColorStyle } from "quill/formats/color";
import { DirectionAttribute } from "quill/formats/direction";
import Header from "quill/formats/header";
import Indent from "quill/formats/indent";
import Italic from "quill/formats/italic";
import Link from "quill/formats/link";
import List, { ListContainer } from "quill/formats/list";
import Strike from "quill/formats/strike";
import Underline from "quill/formats/underline";
import { DocumentImage } from "../images/blot";
import { Table, TableCell, TableLine } from "../tables/blots";
import { safeAddress } from "./formats";

export class SafeLink extends Link {
  static override sanitize(address: string): string {
    return safeAddress(address) ?? SafeLink.SANITIZED_URL;
  }
}

// Quill would drop an image there, and its text would be shorter than the document's.
CodeBlock.allowedChildren = [...CodeBlock.allowedChildren, DocumentImage];

const ALLOWED = [
  Bold,
  Italic,
  Underline,
  Strike,
  Code,
  SafeLink,
  ColorStyle,
  BackgroundStyle,
  Header,
  List,
  ListContainer,
  Indent,
  AlignClass,
  DirectionAttribute,
  Blockquote,
  CodeBlock,
  CodeBlockContainer,
  TableLine,
  TableCell,
  Table,
  DocumentImage,
];

/** What Quill may show and make: nothing but what documents hold. */
export function registry(): Parchment.Registry {
  const result = new Parchment.Registry();
  const core = ["block", "break", "container", "cursor", "inline", "scroll", "text"];
  for (const name of core) result.register(Quill.import(`blots/${name}`) as Parchment.RegistryDefinition);
  result.register(...(ALLOWED as unknown as Parchment.RegistryDefinition[]));
  return result;
}
