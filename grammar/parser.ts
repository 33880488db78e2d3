import {
  type CstNode,
  CstParser,
  type IRecognitionException,
  type IToken,
  type TokenType,
  tokenMatcher,
} from 'chevrotain';
import { budgeted, type ErrorBudget, TooManyErrors } from './syntax-messages.ts';
import * as Token from './tokens.ts';

/**
 * The grammar, in reading order. Line ends come from `layOut`: exactly one after each statement, none inside brackets.
 * One token decides what a statement is; two where a keyword might be a field's name.
 */
export class SwinParser extends CstParser {
  private readonly budget: ErrorBudget;

  /** Chevrotain's own checks of the grammar take as long as many parses: a test asks for them. */
  constructor(grammar: 'trusted' | 'validated' = 'trusted') {
    const budget: ErrorBudget = { left: 0 };
    super([...Token.allTokens], {
      recoveryEnabled: true,
      maxLookahead: 1,
      errorMessageProvider: budgeted(budget),
      nodeLocationTracking: 'full',
      skipValidations: grammar === 'trusted',
    });
    this.budget = budget;
    this.performSelfAnalysis();
  }

  /** No tree when the text has more mistakes than `mistakes`. */
  parseFile(
    tokens: IToken[],
    mistakes: number,
  ): { tree: CstNode | undefined; errors: readonly IRecognitionException[] } {
    this.input = tokens;
    this.budget.left = mistakes;
    try {
      return { tree: this.file(), errors: this.errors };
    } catch (error) {
      if (error instanceof TooManyErrors) return { tree: undefined, errors: this.errors };
      throw error;
    }
  }

  readonly file = this.RULE('file', () => {
    this.OPTION(() => this.CONSUME(Token.Newline));
    this.MANY(() => {
      this.SUBRULE(this.statement);
      this.CONSUME1(Token.Newline);
    });
  });

  /** What belongs in a block is understood outside of one too, so that a stray brace costs nothing but itself. */
  readonly statement = this.RULE('statement', () => {
    this.OR({
      IGNORE_AMBIGUITIES: true,
      DEF: [
        { GATE: () => this.isKeyword(Token.Swin), ALT: () => this.SUBRULE(this.version) },
        { GATE: () => this.isKeyword(Token.Import), ALT: () => this.SUBRULE(this.importStatement) },
        { GATE: () => this.isKeyword(Token.Sweep), ALT: () => this.SUBRULE(this.sweep) },
        { GATE: () => this.isKeyword(Token.Assert), ALT: () => this.SUBRULE(this.assertion) },
        { GATE: () => this.isKeyword(Token.Vary), ALT: () => this.SUBRULE(this.vary) },
        { GATE: () => this.isCase(), ALT: () => this.SUBRULE(this.caseBlock) },
        { GATE: () => this.isStage(), ALT: () => this.SUBRULE(this.stage) },
        { GATE: () => this.isAssignment(), ALT: () => this.SUBRULE(this.assignment) },
        { ALT: () => this.SUBRULE(this.model) },
      ],
    });
  });

  readonly version = this.RULE('version', () => {
    this.CONSUME(Token.Swin);
    this.CONSUME(Token.NumberLiteral);
  });

  readonly importStatement = this.RULE('importStatement', () => {
    this.CONSUME(Token.Import);
    this.CONSUME(Token.StringLiteral);
    this.OPTION(() => {
      this.CONSUME(Token.As);
      this.CONSUME(Token.Name);
    });
  });

  /** The keyword may be missing or misspelt, and so may `extends`; the maker of the tree says so. */
  readonly model = this.RULE('model', () => {
    this.OPTION({
      GATE: () => this.isName(2) && !this.isType(2, Token.Extends),
      DEF: () => this.CONSUME(Token.Name, { LABEL: 'keyword' }),
    });
    this.CONSUME1(Token.Name, { LABEL: 'name' });
    this.OPTION1(() => this.SUBRULE(this.parent));
    this.SUBRULE(this.body);
  });

  readonly sweep = this.RULE('sweep', () => {
    this.CONSUME(Token.Sweep);
    this.CONSUME(Token.Name, { LABEL: 'name' });
    this.OPTION(() => this.SUBRULE(this.parent));
    this.SUBRULE(this.body);
  });

  readonly parent = this.RULE('parent', () => {
    this.OPTION1(() => this.CONSUME(Token.Extends));
    this.CONSUME(Token.Name);
    this.OPTION(() => {
      this.CONSUME(Token.Dot);
      this.CONSUME1(Token.Name);
    });
  });

  readonly body = this.RULE('body', () => {
    this.CONSUME(Token.LeftCurly);
    this.OPTION(() => this.CONSUME(Token.Newline));
    this.MANY(() => {
      this.SUBRULE(this.bodyStatement);
      this.CONSUME1(Token.Newline);
    });
    this.CONSUME(Token.RightCurly);
  });

  readonly bodyStatement = this.RULE('bodyStatement', () => {
    this.OR({
      IGNORE_AMBIGUITIES: true,
      DEF: [
        { GATE: () => this.isStage(), ALT: () => this.SUBRULE(this.stage) },
        { GATE: () => this.isKeyword(Token.Assert), ALT: () => this.SUBRULE(this.assertion) },
        { GATE: () => this.isKeyword(Token.Vary), ALT: () => this.SUBRULE(this.vary) },
        { GATE: () => this.isCase(), ALT: () => this.SUBRULE(this.caseBlock) },
        { ALT: () => this.SUBRULE(this.assignment) },
      ],
    });
  });

  readonly stage = this.RULE('stage', () => {
    this.OPTION(() => this.CONSUME(Token.Stage));
    this.CONSUME(Token.NumberLiteral);
    this.SUBRULE(this.body);
  });

  readonly vary = this.RULE('vary', () => {
    this.CONSUME(Token.Vary);
    this.SUBRULE(this.path);
    this.CONSUME(Token.In);
    this.SUBRULE(this.value);
  });

  readonly caseBlock = this.RULE('caseBlock', () => {
    this.CONSUME(Token.Case);
    this.CONSUME(Token.StringLiteral);
    this.SUBRULE(this.body);
  });

  readonly assignment = this.RULE('assignment', () => {
    this.SUBRULE(this.path);
    this.CONSUME(Token.Equal);
    this.SUBRULE(this.value);
  });

  readonly path = this.RULE('path', () => {
    this.CONSUME(Token.Name);
    this.MANY(() => {
      this.CONSUME(Token.Dot);
      this.CONSUME1(Token.Name);
    });
  });

  readonly value = this.RULE('value', () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.number) },
      { ALT: () => this.CONSUME(Token.StringLiteral) },
      { ALT: () => this.SUBRULE(this.nameOrCall) },
      { ALT: () => this.SUBRULE(this.list) },
      { ALT: () => this.SUBRULE(this.record) },
    ]);
  });

  readonly number = this.RULE('number', () => {
    this.OPTION(() => this.CONSUME(Token.Minus));
    this.CONSUME(Token.NumberLiteral);
  });

  readonly nameOrCall = this.RULE('nameOrCall', () => {
    this.CONSUME(Token.Name);
    this.OPTION(() => {
      this.CONSUME(Token.LeftParenthesis);
      this.MANY_SEP({ SEP: Token.Comma, DEF: () => this.SUBRULE(this.argument) });
      this.CONSUME(Token.RightParenthesis);
    });
  });

  readonly argument = this.RULE('argument', () => {
    this.OPTION({
      GATE: () => this.isType(2, Token.Colon),
      DEF: () => {
        this.CONSUME(Token.Name);
        this.CONSUME(Token.Colon);
      },
    });
    this.SUBRULE(this.value);
  });

  readonly list = this.RULE('list', () => {
    this.CONSUME(Token.LeftSquare);
    this.MANY_SEP({ SEP: Token.Comma, DEF: () => this.SUBRULE(this.value) });
    this.CONSUME(Token.RightSquare);
  });

  readonly record = this.RULE('record', () => {
    this.CONSUME(Token.LeftCurly);
    this.OPTION(() => this.CONSUME(Token.Newline));
    this.MANY(() => {
      this.SUBRULE(this.assignment);
      this.OR([
        { ALT: () => this.CONSUME1(Token.Newline) },
        {
          ALT: () => {
            this.CONSUME(Token.Comma);
            this.OPTION1(() => this.CONSUME2(Token.Newline));
          },
        },
      ]);
    });
    this.CONSUME(Token.RightCurly);
  });

  readonly assertion = this.RULE('assertion', () => {
    this.CONSUME(Token.Assert);
    this.SUBRULE(this.expression);
    this.OPTION(() => {
      this.CONSUME(Token.Colon);
      this.CONSUME(Token.StringLiteral);
    });
  });

  /** Operands and operators in a row; `toExpression` knows what binds tighter. */
  readonly expression = this.RULE('expression', () => {
    this.SUBRULE(this.operand);
    this.MANY(() => {
      this.SUBRULE(this.operator);
      this.SUBRULE1(this.operand);
    });
  });

  readonly operator = this.RULE('operator', () => {
    this.OR([
      { ALT: () => this.CONSUME(Token.Or) },
      { ALT: () => this.CONSUME(Token.And) },
      { ALT: () => this.CONSUME(Token.EqualEqual) },
      { ALT: () => this.CONSUME(Token.NotEqual) },
      { ALT: () => this.CONSUME(Token.LessEqual) },
      { ALT: () => this.CONSUME(Token.GreaterEqual) },
      { ALT: () => this.CONSUME(Token.Less) },
      { ALT: () => this.CONSUME(Token.Greater) },
      { ALT: () => this.CONSUME(Token.In) },
      { ALT: () => this.CONSUME(Token.DotDot) },
      { ALT: () => this.CONSUME(Token.Plus) },
      { ALT: () => this.CONSUME(Token.Minus) },
      { ALT: () => this.CONSUME(Token.Star) },
      { ALT: () => this.CONSUME(Token.Slash) },
    ]);
  });

  readonly operand = this.RULE('operand', () => {
    this.MANY(() => this.CONSUME(Token.Minus));
    this.OR([
      { ALT: () => this.CONSUME(Token.NumberLiteral) },
      { ALT: () => this.SUBRULE(this.path) },
      { ALT: () => this.SUBRULE(this.group) },
      { ALT: () => this.SUBRULE(this.expressionList) },
    ]);
  });

  readonly group = this.RULE('group', () => {
    this.CONSUME(Token.LeftParenthesis);
    this.SUBRULE(this.expression);
    this.CONSUME(Token.RightParenthesis);
  });

  readonly expressionList = this.RULE('expressionList', () => {
    this.CONSUME(Token.LeftSquare);
    this.MANY_SEP({ SEP: Token.Comma, DEF: () => this.SUBRULE(this.expression) });
    this.CONSUME(Token.RightSquare);
  });

  /** `balanceBraces` has completed braces already, knowing more of their surroundings. */
  protected override canTokenTypeBeInsertedInRecovery(type: TokenType): boolean {
    return type !== Token.LeftCurly && type !== Token.RightCurly;
  }

  private isType(distance: number, type: TokenType): boolean {
    return this.LA(distance).tokenType === type;
  }

  private isName(distance: number): boolean {
    return tokenMatcher(this.LA(distance), Token.Name);
  }

  /** Keywords are soft: `stage = 3` and `model {` read them as names. */
  private isKeyword(type: TokenType): boolean {
    const name = [Token.Equal, Token.Dot, Token.LeftCurly, Token.Extends].some((next) => this.isType(2, next));
    return this.isType(1, type) && !name;
  }

  private isStage(): boolean {
    const keyword = this.isType(1, Token.Stage) && !this.isType(2, Token.Equal) && !this.isType(2, Token.Dot);
    return keyword || (this.isType(1, Token.NumberLiteral) && this.isType(2, Token.LeftCurly));
  }

  /** Also where the name is missing: no field is followed by a block. */
  private isCase(): boolean {
    return this.isType(1, Token.Case) && !this.isType(2, Token.Equal) && !this.isType(2, Token.Dot);
  }

  private isAssignment(): boolean {
    return this.isName(1) && (this.isType(2, Token.Equal) || this.isType(2, Token.Dot));
  }
}
