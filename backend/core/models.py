"""Database models of the agent platform.

Everything that is persisted is declared here, grouped by area:

- accounts: people, workspaces, teams and how they reach the platform
- agents: the registry, what agents did, how they learn and what they may do
- workflows: templates, runs, their steps, schedules and approvals
- episodes: the memory that agents build from their work
- canvas, chat and documents: what people see and share with agents
- integrations, notifications, governance, billing and operations

Keys are UUID strings made by the application, so that an object can be referred to
before it is stored. Times are aware and in UTC. Enumerations are stored as their
string values, which keeps dumps readable and additions free of migrations.
"""

import enum
import uuid
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Annotated, Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base


def new_id() -> str:
    """Return a fresh key."""
    return str(uuid.uuid4())


def utc_now() -> datetime:
    """Return the current time, aware and in UTC."""
    return datetime.now(timezone.utc)


Key = Annotated[str, mapped_column(String(36), primary_key=True, default=new_id)]
Slug = Annotated[str, mapped_column(String(80), unique=True)]
Name = Annotated[str, mapped_column(String(160))]
LongText = Annotated[str, mapped_column(Text)]
Money = Annotated[Decimal, mapped_column(Numeric(12, 2))]


class TimestampMixin:
    """Adds the time of creation and of the last change."""

    created_at: Mapped[datetime] = mapped_column(default=utc_now, sort_order=900)
    updated_at: Mapped[datetime] = mapped_column(
        default=utc_now, onupdate=utc_now, sort_order=901
    )


# ---------------------------------------------------------------------------
# Enumerations
# ---------------------------------------------------------------------------


class UserRole(str, enum.Enum):
    """What a person may do across the platform."""

    SUPER_ADMIN = "super_admin"
    WORKSPACE_ADMIN = "workspace_admin"
    TEAM_LEAD = "team_lead"
    MEMBER = "member"
    GUEST = "guest"


class UserStatus(str, enum.Enum):
    """Where an account stands in its life."""

    PENDING = "pending"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    DELETED = "deleted"


class WorkspaceTier(str, enum.Enum):
    """Commercial tier of a workspace."""

    FREE = "free"
    TEAM = "team"
    ENTERPRISE = "enterprise"


class InvitationStatus(str, enum.Enum):
    """Progress of an invitation to a workspace."""

    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"


class AgentStatus(str, enum.Enum):
    """Maturity of an agent; it decides how much supervision the agent needs."""

    STUDENT = "student"
    INTERN = "intern"
    SUPERVISED = "supervised"
    AUTONOMOUS = "autonomous"
    RETIRED = "retired"


class ExecutionStatus(str, enum.Enum):
    """State of anything that runs: agents, workflows, jobs, synchronisations."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"


class FeedbackStatus(str, enum.Enum):
    """What became of a person's correction."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class TrainingOutcome(str, enum.Enum):
    """Result of a supervised training session."""

    IN_PROGRESS = "in_progress"
    PASSED = "passed"
    NEEDS_WORK = "needs_work"
    ABANDONED = "abandoned"


class ProposalStatus(str, enum.Enum):
    """State of an action that an agent asked permission for."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    EXECUTED = "executed"


class ProposalType(str, enum.Enum):
    """Kind of action that an agent proposes."""

    ACTION = "action"
    TRAINING = "training"
    WORKFLOW_CHANGE = "workflow_change"
    ESCALATION = "escalation"


class TriggerSource(str, enum.Enum):
    """Where an automatic start came from."""

    MANUAL = "manual"
    SCHEDULE = "schedule"
    WEBHOOK = "webhook"
    DATA_SYNC = "data_sync"
    WORKFLOW_ENGINE = "workflow_engine"
    AI_COORDINATOR = "ai_coordinator"


class RoutingDecision(str, enum.Enum):
    """What to do with a trigger that an agent may not act on."""

    TRAINING = "training"
    PROPOSAL = "proposal"
    SUPERVISION = "supervision"
    DROP = "drop"


class SkillType(str, enum.Enum):
    """How a skill is carried out."""

    PROMPT = "prompt"
    PYTHON = "python"
    HTTP = "http"
    WORKFLOW = "workflow"


class RiskLevel(str, enum.Enum):
    """How much harm an action could do."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"
    CRITICAL = "critical"


class StepType(str, enum.Enum):
    """Kind of a workflow step."""

    AGENT = "agent"
    CONDITION = "condition"
    DELAY = "delay"
    HTTP_REQUEST = "http_request"
    HUMAN_APPROVAL = "human_approval"
    TRANSFORM = "transform"


class ApprovalStatus(str, enum.Enum):
    """Answer of a person who has to approve something."""

    WAITING = "waiting"
    GRANTED = "granted"
    DENIED = "denied"


class EpisodeStatus(str, enum.Enum):
    """Where an episode stands in the memory's life cycle."""

    ACTIVE = "active"
    COMPLETED = "completed"
    CONSOLIDATED = "consolidated"
    ARCHIVED = "archived"


class SegmentType(str, enum.Enum):
    """What a part of an episode was made from."""

    CONVERSATION = "conversation"
    EXECUTION = "execution"
    CANVAS = "canvas"
    FEEDBACK = "feedback"
    REFLECTION = "reflection"


class EpisodeAccessType(str, enum.Enum):
    """How somebody came across an episode."""

    TEMPORAL = "temporal"
    SEMANTIC = "semantic"
    SEQUENTIAL = "sequential"
    CONTEXTUAL = "contextual"
    DIRECT = "direct"


class CanvasAction(str, enum.Enum):
    """What happened on a canvas."""

    PRESENT = "present"
    UPDATE = "update"
    SUBMIT = "submit"
    CLOSE = "close"
    EXECUTE = "execute"


class CanvasKind(str, enum.Enum):
    """What a canvas shows."""

    DASHBOARD = "dashboard"
    FORM = "form"
    DOCUMENT = "document"
    TERMINAL = "terminal"
    SPREADSHEET = "spreadsheet"


class MessageRole(str, enum.Enum):
    """Who speaks in a chat."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"


class DocumentStatus(str, enum.Enum):
    """Progress of a document through ingestion."""

    UPLOADED = "uploaded"
    PARSING = "parsing"
    INDEXED = "indexed"
    REJECTED = "rejected"


class ConnectionStatus(str, enum.Enum):
    """Health of a connection to another service."""

    CONNECTED = "connected"
    EXPIRED = "expired"
    REVOKED = "revoked"
    ERROR = "error"


class DeliveryStatus(str, enum.Enum):
    """State of something that is sent out."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    GIVEN_UP = "given_up"


class NotificationChannelKind(str, enum.Enum):
    """How a notification reaches a person."""

    IN_APP = "in_app"
    EMAIL = "email"
    SLACK = "slack"
    SMS = "sms"
    PUSH = "push"


class PolicyEffect(str, enum.Enum):
    """What a governance policy does when it applies."""

    ALLOW = "allow"
    REQUIRE_APPROVAL = "require_approval"
    DENY = "deny"


class AuditSeverity(str, enum.Enum):
    """Weight of an audit entry."""

    INFO = "info"
    NOTICE = "notice"
    WARNING = "warning"
    ALERT = "alert"


class BillingInterval(str, enum.Enum):
    """How often a subscription is charged."""

    MONTHLY = "monthly"
    YEARLY = "yearly"


class SubscriptionStatus(str, enum.Enum):
    """State of a workspace's subscription."""

    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    CANCELLED = "cancelled"


class InvoiceStatus(str, enum.Enum):
    """State of an invoice."""

    DRAFT = "draft"
    OPEN = "open"
    PAID = "paid"
    VOID = "void"


class HealthStatus(str, enum.Enum):
    """Result of a health check."""

    HEALTHY = "healthy"
    DEGRADED = "degraded"
    DOWN = "down"


# ---------------------------------------------------------------------------
# Links between two tables
# ---------------------------------------------------------------------------

workspace_members = Table(
    "workspace_members",
    Base.metadata,
    Column("workspace_id", ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
)

team_members = Table(
    "team_members",
    Base.metadata,
    Column("team_id", ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
)

agent_skills = Table(
    "agent_skills",
    Base.metadata,
    Column("agent_id", ForeignKey("agent_registry.id", ondelete="CASCADE"), primary_key=True),
    Column("skill_id", ForeignKey("skills.id", ondelete="CASCADE"), primary_key=True),
)

agent_knowledge_bases = Table(
    "agent_knowledge_bases",
    Base.metadata,
    Column("agent_id", ForeignKey("agent_registry.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "knowledge_base_id",
        ForeignKey("knowledge_bases.id", ondelete="CASCADE"),
        primary_key=True,
    ),
)

document_labels = Table(
    "document_labels",
    Base.metadata,
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("label_id", ForeignKey("labels.id", ondelete="CASCADE"), primary_key=True),
)

policy_agents = Table(
    "policy_agents",
    Base.metadata,
    Column(
        "policy_id", ForeignKey("governance_policies.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("agent_id", ForeignKey("agent_registry.id", ondelete="CASCADE"), primary_key=True),
)


# ---------------------------------------------------------------------------
# Accounts
# ---------------------------------------------------------------------------


class User(TimestampMixin, Base):
    """A person with an account."""

    __tablename__ = "users"

    id: Mapped[Key]
    email: Mapped[str] = mapped_column(String(254), unique=True)
    hashed_password: Mapped[str] = mapped_column(String(255))
    first_name: Mapped[str] = mapped_column(String(80))
    last_name: Mapped[str] = mapped_column(String(80))
    role: Mapped[UserRole] = mapped_column(default=UserRole.MEMBER)
    status: Mapped[UserStatus] = mapped_column(default=UserStatus.ACTIVE)
    locale: Mapped[str] = mapped_column(String(12), default="en")
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    preferences: Mapped[dict[str, Any]] = mapped_column(default=dict)
    avatar_url: Mapped[str | None] = mapped_column(String(255))
    onboarding_done: Mapped[bool] = mapped_column(default=False)
    last_login_at: Mapped[datetime | None]

    workspaces: Mapped[list["Workspace"]] = relationship(
        secondary=workspace_members, back_populates="members"
    )
    owned_workspaces: Mapped[list["Workspace"]] = relationship(back_populates="owner")
    teams: Mapped[list["Team"]] = relationship(secondary=team_members, back_populates="members")
    agents: Mapped[list["AgentRegistry"]] = relationship(
        back_populates="user", cascade="all, delete-orphan", passive_deletes=True
    )
    api_tokens: Mapped[list["ApiToken"]] = relationship(
        back_populates="user", cascade="all, delete-orphan", passive_deletes=True
    )
    login_sessions: Mapped[list["LoginSession"]] = relationship(
        back_populates="user", cascade="all, delete-orphan", passive_deletes=True
    )
    linked_accounts: Mapped[list["LinkedAccount"]] = relationship(
        back_populates="user", cascade="all, delete-orphan", passive_deletes=True
    )
    notifications: Mapped[list["Notification"]] = relationship(
        back_populates="recipient", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def full_name(self) -> str:
        """First and last name as shown in the interface."""
        return f"{self.first_name} {self.last_name}".strip()


class LoginSession(TimestampMixin, Base):
    """A browser or device on which a person is signed in."""

    __tablename__ = "login_sessions"

    id: Mapped[Key]
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    refresh_token_hash: Mapped[str] = mapped_column(String(128), unique=True)
    user_agent: Mapped[str | None] = mapped_column(String(255))
    ip_address: Mapped[str | None] = mapped_column(String(45))
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    user: Mapped["User"] = relationship(back_populates="login_sessions")


class LinkedAccount(TimestampMixin, Base):
    """An identity at another provider by which a person signs in."""

    __tablename__ = "linked_accounts"
    __table_args__ = (UniqueConstraint("provider", "external_id"),)

    id: Mapped[Key]
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    provider: Mapped[str] = mapped_column(String(40))
    external_id: Mapped[str] = mapped_column(String(160))
    profile: Mapped[dict[str, Any]] = mapped_column(default=dict)
    last_used_at: Mapped[datetime | None]

    user: Mapped["User"] = relationship(back_populates="linked_accounts")


class ApiToken(TimestampMixin, Base):
    """A secret with which a person's scripts reach the API; only its hash is kept."""

    __tablename__ = "api_tokens"
    __table_args__ = (UniqueConstraint("user_id", "name"),)

    id: Mapped[Key]
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[Name]
    token_hash: Mapped[str] = mapped_column(String(128), unique=True)
    scopes: Mapped[list[Any]] = mapped_column(default=list)
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked: Mapped[bool] = mapped_column(default=False)

    user: Mapped["User"] = relationship(back_populates="api_tokens")


class PasswordReset(TimestampMixin, Base):
    """A request to set a new password."""

    __tablename__ = "password_resets"

    id: Mapped[Key]
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(128), unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    requested_from: Mapped[str | None] = mapped_column(String(45))

    user: Mapped["User"] = relationship()


class Workspace(TimestampMixin, Base):
    """The home of an organisation's people, agents and data."""

    __tablename__ = "workspaces"

    id: Mapped[Key]
    name: Mapped[Name]
    slug: Mapped[Slug]
    description: Mapped[str | None] = mapped_column(Text)
    tier: Mapped[WorkspaceTier] = mapped_column(default=WorkspaceTier.FREE)
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    is_active: Mapped[bool] = mapped_column(default=True)
    logo_url: Mapped[str | None] = mapped_column(String(255))
    agent_limit: Mapped[int] = mapped_column(default=5)
    owner_id: Mapped[str | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )

    owner: Mapped["User | None"] = relationship(back_populates="owned_workspaces")
    members: Mapped[list["User"]] = relationship(
        secondary=workspace_members, back_populates="workspaces"
    )
    teams: Mapped[list["Team"]] = relationship(
        back_populates="workspace",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="Team.name",
    )
    agents: Mapped[list["AgentRegistry"]] = relationship(back_populates="workspace")
    invitations: Mapped[list["WorkspaceInvitation"]] = relationship(
        back_populates="workspace", cascade="all, delete-orphan", passive_deletes=True
    )
    documents: Mapped[list["Document"]] = relationship(
        back_populates="workspace", cascade="all, delete-orphan", passive_deletes=True
    )
    workflow_executions: Mapped[list["WorkflowExecution"]] = relationship(
        back_populates="workspace", cascade="all, delete-orphan", passive_deletes=True
    )
    connections: Mapped[list["IntegrationConnection"]] = relationship(
        back_populates="workspace", cascade="all, delete-orphan", passive_deletes=True
    )
    subscription: Mapped["Subscription | None"] = relationship(
        back_populates="workspace", cascade="all, delete-orphan", passive_deletes=True
    )


class WorkspaceInvitation(TimestampMixin, Base):
    """An invitation sent to an address that may not have an account yet."""

    __tablename__ = "workspace_invitations"
    __table_args__ = (UniqueConstraint("workspace_id", "email"),)

    id: Mapped[Key]
    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspaces.id", ondelete="CASCADE"), index=True
    )
    invited_by_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    email: Mapped[str] = mapped_column(String(254))
    role: Mapped[UserRole] = mapped_column(default=UserRole.MEMBER)
    status: Mapped[InvitationStatus] = mapped_column(default=InvitationStatus.SENT)
    message: Mapped[str | None] = mapped_column(Text)
    expires_at: Mapped[datetime]

    workspace: Mapped["Workspace"] = relationship(back_populates="invitations")
    invited_by: Mapped["User | None"] = relationship()


class Team(TimestampMixin, Base):
    """A group of people inside a workspace."""

    __tablename__ = "teams"
    __table_args__ = (UniqueConstraint("workspace_id", "name"),)

    id: Mapped[Key]
    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspaces.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[Name]
    description: Mapped[str | None] = mapped_column(Text)
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)

    workspace: Mapped["Workspace"] = relationship(back_populates="teams")
    members: Mapped[list["User"]] = relationship(secondary=team_members, back_populates="teams")
    messages: Mapped[list["TeamMessage"]] = relationship(
        back_populates="team",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="TeamMessage.created_at",
    )


class TeamMessage(TimestampMixin, Base):
    """A message in a team's channel; replies point at the message they answer."""

    __tablename__ = "team_messages"

    id: Mapped[Key]
    team_id: Mapped[str] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"), index=True)
    sender_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    parent_id: Mapped[str | None] = mapped_column(
        ForeignKey("team_messages.id", ondelete="CASCADE"), index=True
    )
    body: Mapped[LongText]
    context: Mapped[dict[str, Any]] = mapped_column(default=dict)
    pinned: Mapped[bool] = mapped_column(default=False)
    edited_at: Mapped[datetime | None]

    team: Mapped["Team"] = relationship(back_populates="messages")
    sender: Mapped["User"] = relationship()
    parent: Mapped["TeamMessage | None"] = relationship(
        back_populates="replies", remote_side="TeamMessage.id"
    )
    replies: Mapped[list["TeamMessage"]] = relationship(
        back_populates="parent", cascade="all, delete-orphan", passive_deletes=True
    )
    reactions: Mapped[list["MessageReaction"]] = relationship(
        back_populates="message", cascade="all, delete-orphan", passive_deletes=True
    )


class MessageReaction(Base):
    """A person's emoji on a message."""

    __tablename__ = "message_reactions"
    __table_args__ = (UniqueConstraint("message_id", "user_id", "emoji"),)

    id: Mapped[Key]
    message_id: Mapped[str] = mapped_column(
        ForeignKey("team_messages.id", ondelete="CASCADE"), index=True
    )
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    emoji: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)

    message: Mapped["TeamMessage"] = relationship(back_populates="reactions")
    user: Mapped["User"] = relationship()


# ---------------------------------------------------------------------------
# Agents
# ---------------------------------------------------------------------------


class AgentRegistry(TimestampMixin, Base):
    """An agent that the platform knows, with its maturity and configuration."""

    __tablename__ = "agent_registry"
    __table_args__ = (
        UniqueConstraint("workspace_id", "name"),
        CheckConstraint("confidence_score BETWEEN 0 AND 1", name="ck_agent_confidence"),
        Index("ix_agent_category_status", "category", "status"),
    )

    id: Mapped[Key]
    name: Mapped[Name]
    description: Mapped[str | None] = mapped_column(Text)
    category: Mapped[str] = mapped_column(String(60))
    module_path: Mapped[str] = mapped_column(String(255))
    class_name: Mapped[str] = mapped_column(String(120))
    status: Mapped[AgentStatus] = mapped_column(default=AgentStatus.STUDENT)
    confidence_score: Mapped[float] = mapped_column(default=0.5)
    version: Mapped[str] = mapped_column(String(20), default="1.0.0")
    configuration: Mapped[dict[str, Any]] = mapped_column(default=dict)
    enabled: Mapped[bool] = mapped_column(default=True)
    user_id: Mapped[str | None] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    workspace_id: Mapped[str | None] = mapped_column(
        ForeignKey("workspaces.id", ondelete="SET NULL"), index=True
    )

    user: Mapped["User | None"] = relationship(back_populates="agents")
    workspace: Mapped["Workspace | None"] = relationship(back_populates="agents")
    skills: Mapped[list["Skill"]] = relationship(secondary=agent_skills, back_populates="agents")
    knowledge_bases: Mapped[list["KnowledgeBase"]] = relationship(
        secondary=agent_knowledge_bases, back_populates="agents"
    )
    policies: Mapped[list["GovernancePolicy"]] = relationship(
        secondary=policy_agents, back_populates="agents"
    )
    versions: Mapped[list["AgentVersion"]] = relationship(
        back_populates="agent", cascade="all, delete-orphan", passive_deletes=True
    )
    executions: Mapped[list["AgentExecution"]] = relationship(
        back_populates="agent", cascade="all, delete-orphan", passive_deletes=True
    )
    feedback: Mapped[list["AgentFeedback"]] = relationship(
        back_populates="agent", cascade="all, delete-orphan", passive_deletes=True
    )
    training_sessions: Mapped[list["TrainingSession"]] = relationship(
        back_populates="agent", cascade="all, delete-orphan", passive_deletes=True
    )
    proposals: Mapped[list["AgentProposal"]] = relationship(
        back_populates="agent", cascade="all, delete-orphan", passive_deletes=True
    )
    blocked_triggers: Mapped[list["BlockedTriggerContext"]] = relationship(
        back_populates="agent", cascade="all, delete-orphan", passive_deletes=True
    )
    episodes: Mapped[list["Episode"]] = relationship(
        back_populates="agent", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def needs_supervision(self) -> bool:
        """Whether a person has to look at what the agent is about to do."""
        return self.status is not AgentStatus.AUTONOMOUS


class AgentVersion(TimestampMixin, Base):
    """A published state of an agent's configuration."""

    __tablename__ = "agent_versions"
    __table_args__ = (UniqueConstraint("agent_id", "version"),)

    id: Mapped[Key]
    agent_id: Mapped[str] = mapped_column(
        ForeignKey("agent_registry.id", ondelete="CASCADE"), index=True
    )
    published_by_id: Mapped[str | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )
    version: Mapped[str] = mapped_column(String(20))
    configuration: Mapped[dict[str, Any]] = mapped_column(default=dict)
    release_notes: Mapped[str | None] = mapped_column(Text)

    agent: Mapped["AgentRegistry"] = relationship(back_populates="versions")
    published_by: Mapped["User | None"] = relationship()


class AgentExecution(TimestampMixin, Base):
    """One piece of work that an agent did, or is doing."""

    __tablename__ = "agent_executions"
    __table_args__ = (Index("ix_agent_execution_agent_status", "agent_id", "status"),)

    id: Mapped[Key]
    agent_id: Mapped[str] = mapped_column(ForeignKey("agent_registry.id", ondelete="CASCADE"))
    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspaces.id", ondelete="CASCADE"), index=True
    )
    status: Mapped[ExecutionStatus] = mapped_column(default=ExecutionStatus.PENDING)
    triggered_by: Mapped[TriggerSource] = mapped_column(default=TriggerSource.MANUAL)
    input_summary: Mapped[str | None] = mapped_column(Text)
    output: Mapped[dict[str, Any]] = mapped_column(default=dict)
    error_message: Mapped[str | None] = mapped_column(Text)
    started_at: Mapped[datetime] = mapped_column(default=utc_now)
    completed_at: Mapped[datetime | None]
    duration_seconds: Mapped[float] = mapped_column(default=0.0)

    agent: Mapped["AgentRegistry"] = relationship(back_populates="executions")
    workspace: Mapped["Workspace"] = relationship()
    feedback: Mapped[list["AgentFeedback"]] = relationship(back_populates="execution")
    log_lines: Mapped[list["ExecutionLogLine"]] = relationship(
        back_populates="execution",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="ExecutionLogLine.line_number",
    )
    tool_calls: Mapped[list["ToolCall"]] = relationship(
        back_populates="execution", cascade="all, delete-orphan", passive_deletes=True
    )

    def complete(self, output: dict[str, Any], after: timedelta) -> None:
        """Close the execution with its result and how long it took."""
        self.status = ExecutionStatus.COMPLETED
        self.output = output
        self.completed_at = self.started_at + after
        self.duration_seconds = after.total_seconds()


class ExecutionLogLine(Base):
    """A line that an agent logged while it worked."""

    __tablename__ = "execution_log_lines"
    __table_args__ = (UniqueConstraint("execution_id", "line_number"),)

    id: Mapped[Key]
    execution_id: Mapped[str] = mapped_column(
        ForeignKey("agent_executions.id", ondelete="CASCADE"), index=True
    )
    line_number: Mapped[int]
    level: Mapped[str] = mapped_column(String(12), default="INFO")
    message: Mapped[LongText]
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)
    logged_at: Mapped[datetime] = mapped_column(default=utc_now)

    execution: Mapped["AgentExecution"] = relationship(back_populates="log_lines")


class AgentFeedback(TimestampMixin, Base):
    """A person's correction of what an agent produced."""

    __tablename__ = "agent_feedback"
    __table_args__ = (CheckConstraint("rating BETWEEN 1 AND 5", name="ck_feedback_rating"),)

    id: Mapped[Key]
    agent_id: Mapped[str] = mapped_column(
        ForeignKey("agent_registry.id", ondelete="CASCADE"), index=True
    )
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    execution_id: Mapped[str | None] = mapped_column(
        ForeignKey("agent_executions.id", ondelete="SET NULL")
    )
    original_output: Mapped[LongText]
    user_correction: Mapped[LongText]
    rating: Mapped[int | None]
    status: Mapped[FeedbackStatus] = mapped_column(default=FeedbackStatus.PENDING)
    ai_reasoning: Mapped[str | None] = mapped_column(Text)
    adjudicated_at: Mapped[datetime | None]

    agent: Mapped["AgentRegistry"] = relationship(back_populates="feedback")
    user: Mapped["User"] = relationship()
    execution: Mapped["AgentExecution | None"] = relationship(back_populates="feedback")


class TrainingSession(TimestampMixin, Base):
    """Supervised practice after which an agent may be promoted."""

    __tablename__ = "training_sessions"

    id: Mapped[Key]
    agent_id: Mapped[str] = mapped_column(
        ForeignKey("agent_registry.id", ondelete="CASCADE"), index=True
    )
    supervisor_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    scenario: Mapped[str] = mapped_column(String(160))
    outcome: Mapped[TrainingOutcome] = mapped_column(default=TrainingOutcome.IN_PROGRESS)
    score: Mapped[float | None]
    supervisor_notes: Mapped[str | None] = mapped_column(Text)
    planned_minutes: Mapped[int] = mapped_column(default=30)
    started_at: Mapped[datetime] = mapped_column(default=utc_now)
    ended_at: Mapped[datetime | None]

    agent: Mapped["AgentRegistry"] = relationship(back_populates="training_sessions")
    supervisor: Mapped["User | None"] = relationship()
    interventions: Mapped[list["SupervisorIntervention"]] = relationship(
        back_populates="training_session", cascade="all, delete-orphan", passive_deletes=True
    )


class SupervisorIntervention(Base):
    """A moment in which the supervisor stepped in."""

    __tablename__ = "supervisor_interventions"

    id: Mapped[Key]
    training_session_id: Mapped[str] = mapped_column(
        ForeignKey("training_sessions.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(40))
    guidance: Mapped[LongText]
    agent_state: Mapped[dict[str, Any]] = mapped_column(default=dict)
    occurred_at: Mapped[datetime] = mapped_column(default=utc_now)

    training_session: Mapped["TrainingSession"] = relationship(back_populates="interventions")


class AgentPromotion(TimestampMixin, Base):
    """A change of an agent's maturity and who answered for it."""

    __tablename__ = "agent_promotions"

    id: Mapped[Key]
    agent_id: Mapped[str] = mapped_column(
        ForeignKey("agent_registry.id", ondelete="CASCADE"), index=True
    )
    decided_by_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    from_status: Mapped[AgentStatus]
    to_status: Mapped[AgentStatus]
    confidence_at_decision: Mapped[float]
    justification: Mapped[str | None] = mapped_column(Text)
    evidence: Mapped[dict[str, Any]] = mapped_column(default=dict)

    agent: Mapped["AgentRegistry"] = relationship()
    decided_by: Mapped["User | None"] = relationship()


class AgentProposal(TimestampMixin, Base):
    """An action that an agent wants to take and a person has to decide on."""

    __tablename__ = "agent_proposals"
    __table_args__ = (Index("ix_agent_proposal_agent_status", "agent_id", "status"),)

    id: Mapped[Key]
    agent_id: Mapped[str] = mapped_column(ForeignKey("agent_registry.id", ondelete="CASCADE"))
    reviewer_id: Mapped[str | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    proposal_type: Mapped[ProposalType]
    title: Mapped[Name]
    description: Mapped[str | None] = mapped_column(Text)
    proposed_action: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reasoning: Mapped[str | None] = mapped_column(Text)
    risk: Mapped[RiskLevel] = mapped_column(default=RiskLevel.MODERATE)
    status: Mapped[ProposalStatus] = mapped_column(default=ProposalStatus.PENDING)
    decided_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]

    agent: Mapped["AgentRegistry"] = relationship(back_populates="proposals")
    reviewer: Mapped["User | None"] = relationship()

    def decide(self, reviewer: User, status: ProposalStatus) -> None:
        """Record a person's decision."""
        self.reviewer = reviewer
        self.status = status
        self.decided_at = utc_now()


class BlockedTriggerContext(TimestampMixin, Base):
    """A trigger that was kept from an agent that isn't mature enough for it."""

    __tablename__ = "blocked_triggers"

    id: Mapped[Key]
    agent_id: Mapped[str] = mapped_column(
        ForeignKey("agent_registry.id", ondelete="CASCADE"), index=True
    )
    trigger_source: Mapped[TriggerSource]
    trigger_type: Mapped[str] = mapped_column(String(60))
    trigger_payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    agent_maturity: Mapped[AgentStatus]
    confidence_at_block: Mapped[float] = mapped_column(default=0.0)
    routing_decision: Mapped[RoutingDecision] = mapped_column(default=RoutingDecision.TRAINING)
    block_reason: Mapped[LongText]
    proposal_id: Mapped[str | None] = mapped_column(
        ForeignKey("agent_proposals.id", ondelete="SET NULL")
    )
    resolved: Mapped[bool] = mapped_column(default=False)
    resolved_at: Mapped[datetime | None]

    agent: Mapped["AgentRegistry"] = relationship(back_populates="blocked_triggers")
    proposal: Mapped["AgentProposal | None"] = relationship()


class Skill(TimestampMixin, Base):
    """Something that agents can be taught to do."""

    __tablename__ = "skills"

    id: Mapped[Key]
    name: Mapped[Name]
    slug: Mapped[Slug]
    description: Mapped[str | None] = mapped_column(Text)
    skill_type: Mapped[SkillType] = mapped_column(default=SkillType.PROMPT)
    risk: Mapped[RiskLevel] = mapped_column(default=RiskLevel.LOW)
    definition: Mapped[dict[str, Any]] = mapped_column(default=dict)
    is_public: Mapped[bool] = mapped_column(default=False)

    agents: Mapped[list["AgentRegistry"]] = relationship(
        secondary=agent_skills, back_populates="skills"
    )
    runs: Mapped[list["SkillRun"]] = relationship(
        back_populates="skill", cascade="all, delete-orphan", passive_deletes=True
    )


class SkillRun(TimestampMixin, Base):
    """One use of a skill by an agent."""

    __tablename__ = "skill_runs"

    id: Mapped[Key]
    skill_id: Mapped[str] = mapped_column(ForeignKey("skills.id", ondelete="CASCADE"), index=True)
    agent_id: Mapped[str] = mapped_column(
        ForeignKey("agent_registry.id", ondelete="CASCADE"), index=True
    )
    status: Mapped[ExecutionStatus] = mapped_column(default=ExecutionStatus.PENDING)
    arguments: Mapped[dict[str, Any]] = mapped_column(default=dict)
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    duration_ms: Mapped[int | None]

    skill: Mapped["Skill"] = relationship(back_populates="runs")
    agent: Mapped["AgentRegistry"] = relationship()


class ToolDefinition(TimestampMixin, Base):
    """A tool that executions may call, with the schema of its arguments."""

    __tablename__ = "tool_definitions"
    __table_args__ = (UniqueConstraint("name", "version"),)

    id: Mapped[Key]
    name: Mapped[Name]
    version: Mapped[str] = mapped_column(String(20), default="1")
    description: Mapped[LongText]
    argument_schema: Mapped[dict[str, Any]] = mapped_column(default=dict)
    risk: Mapped[RiskLevel] = mapped_column(default=RiskLevel.LOW)
    minimum_maturity: Mapped[AgentStatus] = mapped_column(default=AgentStatus.INTERN)
    enabled: Mapped[bool] = mapped_column(default=True)


class ToolCall(Base):
    """A call of a tool within an execution."""

    __tablename__ = "tool_calls"

    id: Mapped[Key]
    execution_id: Mapped[str] = mapped_column(
        ForeignKey("agent_executions.id", ondelete="CASCADE"), index=True
    )
    tool_id: Mapped[str] = mapped_column(ForeignKey("tool_definitions.id", ondelete="RESTRICT"))
    arguments: Mapped[dict[str, Any]] = mapped_column(default=dict)
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    succeeded: Mapped[bool] = mapped_column(default=True)
    duration_ms: Mapped[int] = mapped_column(default=0)
    called_at: Mapped[datetime] = mapped_column(default=utc_now)

    execution: Mapped["AgentExecution"] = relationship(back_populates="tool_calls")
    tool: Mapped["ToolDefinition"] = relationship()


class AgentHandover(TimestampMixin, Base):
    """Work passed from one agent to another, with what the next one needs to know."""

    __tablename__ = "agent_handovers"
    __table_args__ = (
        CheckConstraint("from_agent_id <> to_agent_id", name="ck_handover_two_agents"),
    )

    id: Mapped[Key]
    from_agent_id: Mapped[str] = mapped_column(
        ForeignKey("agent_registry.id", ondelete="CASCADE"), index=True
    )
    to_agent_id: Mapped[str] = mapped_column(
        ForeignKey("agent_registry.id", ondelete="CASCADE"), index=True
    )
    reason: Mapped[LongText]
    context: Mapped[dict[str, Any]] = mapped_column(default=dict)
    accepted_at: Mapped[datetime | None]

    from_agent: Mapped["AgentRegistry"] = relationship(foreign_keys=[from_agent_id])
    to_agent: Mapped["AgentRegistry"] = relationship(foreign_keys=[to_agent_id])


# ---------------------------------------------------------------------------
# Workflows
# ---------------------------------------------------------------------------


class WorkflowTemplate(TimestampMixin, Base):
    """A reusable workflow that workspaces start runs from."""

    __tablename__ = "workflow_templates"
    __table_args__ = (UniqueConstraint("slug", "version"),)

    id: Mapped[Key]
    slug: Mapped[str] = mapped_column(String(80))
    version: Mapped[int] = mapped_column(default=1)
    title: Mapped[Name]
    description: Mapped[str | None] = mapped_column(Text)
    category: Mapped[str] = mapped_column(String(60), default="general")
    steps: Mapped[list[Any]] = mapped_column(default=list)
    input_schema: Mapped[dict[str, Any]] = mapped_column(default=dict)
    published: Mapped[bool] = mapped_column(default=False)

    @property
    def step_names(self) -> list[str]:
        """Names of the steps in the order in which they run."""
        return [step["name"] for step in self.steps]


class WorkflowExecution(TimestampMixin, Base):
    """One run of a workflow."""

    __tablename__ = "workflow_executions"
    __table_args__ = (Index("ix_workflow_execution_status", "workspace_id", "status"),)

    id: Mapped[Key]
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    template_id: Mapped[str | None] = mapped_column(
        ForeignKey("workflow_templates.id", ondelete="SET NULL")
    )
    started_by_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    workflow_id: Mapped[str] = mapped_column(String(120), index=True)
    status: Mapped[ExecutionStatus] = mapped_column(default=ExecutionStatus.PENDING)
    triggered_by: Mapped[TriggerSource] = mapped_column(default=TriggerSource.MANUAL)
    input_data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    context: Mapped[dict[str, Any]] = mapped_column(default=dict)
    version: Mapped[int] = mapped_column(default=1)
    error_message: Mapped[str | None] = mapped_column(Text)
    completed_at: Mapped[datetime | None]

    workspace: Mapped["Workspace"] = relationship(back_populates="workflow_executions")
    template: Mapped["WorkflowTemplate | None"] = relationship()
    started_by: Mapped["User | None"] = relationship()
    steps: Mapped[list["WorkflowStepExecution"]] = relationship(
        back_populates="execution",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="WorkflowStepExecution.sequence_order",
    )
    approvals: Mapped[list["WorkflowApproval"]] = relationship(
        back_populates="execution", cascade="all, delete-orphan", passive_deletes=True
    )


class WorkflowStepExecution(TimestampMixin, Base):
    """One step of a run, with what went in and what came out."""

    __tablename__ = "workflow_step_executions"
    __table_args__ = (UniqueConstraint("execution_id", "step_id"),)

    id: Mapped[Key]
    execution_id: Mapped[str] = mapped_column(
        ForeignKey("workflow_executions.id", ondelete="CASCADE"), index=True
    )
    step_id: Mapped[str] = mapped_column(String(80))
    step_name: Mapped[Name]
    step_type: Mapped[StepType]
    sequence_order: Mapped[int]
    status: Mapped[ExecutionStatus] = mapped_column(default=ExecutionStatus.PENDING)
    input_data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    output_data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    attempts: Mapped[int] = mapped_column(default=0)
    error_message: Mapped[str | None] = mapped_column(Text)
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]

    execution: Mapped["WorkflowExecution"] = relationship(back_populates="steps")


class WorkflowSchedule(TimestampMixin, Base):
    """When a workspace's workflow starts by itself."""

    __tablename__ = "workflow_schedules"

    id: Mapped[Key]
    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspaces.id", ondelete="CASCADE"), index=True
    )
    template_id: Mapped[str] = mapped_column(
        ForeignKey("workflow_templates.id", ondelete="CASCADE"), index=True
    )
    cron_expression: Mapped[str] = mapped_column(String(80))
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    input_data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    enabled: Mapped[bool] = mapped_column(default=True)
    last_run_at: Mapped[datetime | None]
    next_run_at: Mapped[datetime | None] = mapped_column(index=True)

    workspace: Mapped["Workspace"] = relationship()
    template: Mapped["WorkflowTemplate"] = relationship()


class WorkflowApproval(TimestampMixin, Base):
    """A run that waits for a person's answer."""

    __tablename__ = "workflow_approvals"

    id: Mapped[Key]
    execution_id: Mapped[str] = mapped_column(
        ForeignKey("workflow_executions.id", ondelete="CASCADE"), index=True
    )
    approver_id: Mapped[str] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    question: Mapped[LongText]
    status: Mapped[ApprovalStatus] = mapped_column(default=ApprovalStatus.WAITING)
    comment: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None]
    reminder_count: Mapped[int] = mapped_column(default=0)

    execution: Mapped["WorkflowExecution"] = relationship(back_populates="approvals")
    approver: Mapped["User"] = relationship()


class WorkflowVariable(TimestampMixin, Base):
    """A value that all workflows of a workspace can read."""

    __tablename__ = "workflow_variables"
    __table_args__ = (UniqueConstraint("workspace_id", "name"),)

    id: Mapped[Key]
    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspaces.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[Name]
    value: Mapped[LongText]
    is_secret: Mapped[bool] = mapped_column(default=False)
    updated_by_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))

    workspace: Mapped["Workspace"] = relationship()
    updated_by: Mapped["User | None"] = relationship()


# ---------------------------------------------------------------------------
# Episodes
# ---------------------------------------------------------------------------


class Episode(TimestampMixin, Base):
    """A coherent stretch of an agent's work, kept as memory."""

    __tablename__ = "episodes"
    __table_args__ = (
        CheckConstraint("importance BETWEEN 0 AND 1", name="ck_episode_importance"),
        Index("ix_episode_agent_started", "agent_id", "started_at"),
    )

    id: Mapped[Key]
    agent_id: Mapped[str] = mapped_column(ForeignKey("agent_registry.id", ondelete="CASCADE"))
    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspaces.id", ondelete="CASCADE"), index=True
    )
    user_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    title: Mapped[Name]
    summary: Mapped[str | None] = mapped_column(Text)
    status: Mapped[EpisodeStatus] = mapped_column(default=EpisodeStatus.ACTIVE)
    importance: Mapped[float] = mapped_column(default=0.5)
    topics: Mapped[list[Any]] = mapped_column(default=list)
    intervention_count: Mapped[int] = mapped_column(default=0)
    access_count: Mapped[int] = mapped_column(default=0)
    maturity_at_time: Mapped[AgentStatus] = mapped_column(default=AgentStatus.STUDENT)
    started_at: Mapped[datetime] = mapped_column(default=utc_now)
    ended_at: Mapped[datetime | None]

    agent: Mapped["AgentRegistry"] = relationship(back_populates="episodes")
    workspace: Mapped["Workspace"] = relationship()
    user: Mapped["User | None"] = relationship()
    segments: Mapped[list["EpisodeSegment"]] = relationship(
        back_populates="episode",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="EpisodeSegment.sequence_order",
    )
    access_logs: Mapped[list["EpisodeAccessLog"]] = relationship(
        back_populates="episode", cascade="all, delete-orphan", passive_deletes=True
    )

    def close(self, summary: str) -> None:
        """End the episode and keep what it was about."""
        self.summary = summary
        self.status = EpisodeStatus.COMPLETED
        self.ended_at = utc_now()


class EpisodeSegment(TimestampMixin, Base):
    """A part of an episode, in the order in which it happened."""

    __tablename__ = "episode_segments"
    __table_args__ = (UniqueConstraint("episode_id", "sequence_order"),)

    id: Mapped[Key]
    episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE"), index=True
    )
    segment_type: Mapped[SegmentType]
    sequence_order: Mapped[int]
    content: Mapped[LongText]
    content_summary: Mapped[str | None] = mapped_column(String(255))
    source_type: Mapped[str] = mapped_column(String(60), default="chat_message")
    source_id: Mapped[str | None] = mapped_column(String(36))
    canvas_context: Mapped[dict[str, Any]] = mapped_column(default=dict)

    episode: Mapped["Episode"] = relationship(back_populates="segments")


class EpisodeAccessLog(Base):
    """Who read an episode, how it was found, and what for."""

    __tablename__ = "episode_access_logs"

    id: Mapped[Key]
    episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE"), index=True
    )
    accessed_by: Mapped[str] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    access_type: Mapped[EpisodeAccessType]
    query: Mapped[str | None] = mapped_column(Text)
    governance_passed: Mapped[bool] = mapped_column(default=True)
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    accessed_at: Mapped[datetime] = mapped_column(default=utc_now)

    episode: Mapped["Episode"] = relationship(back_populates="access_logs")
    reader: Mapped["User"] = relationship()


class EpisodeLink(TimestampMixin, Base):
    """A relation between two episodes that the memory has found."""

    __tablename__ = "episode_links"
    __table_args__ = (UniqueConstraint("from_episode_id", "to_episode_id", "relation"),)

    id: Mapped[Key]
    from_episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE"), index=True
    )
    to_episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE"), index=True
    )
    relation: Mapped[str] = mapped_column(String(40))
    strength: Mapped[float] = mapped_column(default=0.5)

    from_episode: Mapped["Episode"] = relationship(foreign_keys=[from_episode_id])
    to_episode: Mapped["Episode"] = relationship(foreign_keys=[to_episode_id])


# ---------------------------------------------------------------------------
# Canvas
# ---------------------------------------------------------------------------


class Canvas(TimestampMixin, Base):
    """A surface on which agents present things and people answer."""

    __tablename__ = "canvases"

    id: Mapped[Key]
    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspaces.id", ondelete="CASCADE"), index=True
    )
    title: Mapped[Name]
    kind: Mapped[CanvasKind] = mapped_column(default=CanvasKind.DASHBOARD)
    state: Mapped[dict[str, Any]] = mapped_column(default=dict)
    revision: Mapped[int] = mapped_column(default=1)
    closed_at: Mapped[datetime | None]

    workspace: Mapped["Workspace"] = relationship()
    components: Mapped[list["CanvasComponent"]] = relationship(
        back_populates="canvas",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="CanvasComponent.position",
    )


class CanvasComponent(TimestampMixin, Base):
    """A chart, table, form or text on a canvas."""

    __tablename__ = "canvas_components"
    __table_args__ = (UniqueConstraint("canvas_id", "position"),)

    id: Mapped[Key]
    canvas_id: Mapped[str] = mapped_column(
        ForeignKey("canvases.id", ondelete="CASCADE"), index=True
    )
    component_type: Mapped[str] = mapped_column(String(60))
    position: Mapped[int]
    properties: Mapped[dict[str, Any]] = mapped_column(default=dict)
    data_source: Mapped[str | None] = mapped_column(String(255))
    is_visible: Mapped[bool] = mapped_column(default=True)

    canvas: Mapped["Canvas"] = relationship(back_populates="components")


class CanvasAudit(Base):
    """An entry in the trail of what was shown and done on canvases."""

    __tablename__ = "canvas_audit"

    audit_id: Mapped[Key]
    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspaces.id", ondelete="CASCADE"), index=True
    )
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    agent_id: Mapped[str | None] = mapped_column(
        ForeignKey("agent_registry.id", ondelete="SET NULL")
    )
    canvas_ref: Mapped[str] = mapped_column(String(80), index=True)
    component_type: Mapped[str] = mapped_column(String(60), default="generic")
    action: Mapped[CanvasAction]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    governance_check_passed: Mapped[bool] = mapped_column(default=True)
    recorded_at: Mapped[datetime] = mapped_column(default=utc_now)

    workspace: Mapped["Workspace"] = relationship()
    user: Mapped["User"] = relationship()
    agent: Mapped["AgentRegistry | None"] = relationship()
    comments: Mapped[list["CanvasAuditComment"]] = relationship(
        back_populates="audit", cascade="all, delete-orphan", passive_deletes=True
    )


class CanvasAuditComment(TimestampMixin, Base):
    """A reviewer's remark on an entry of the canvas trail."""

    __tablename__ = "canvas_audit_comments"

    id: Mapped[Key]
    audit_id: Mapped[str] = mapped_column(
        ForeignKey("canvas_audit.audit_id", ondelete="CASCADE"), index=True
    )
    author_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    body: Mapped[LongText]

    audit: Mapped["CanvasAudit"] = relationship(back_populates="comments")
    author: Mapped["User"] = relationship()


# ---------------------------------------------------------------------------
# Chat
# ---------------------------------------------------------------------------


class ChatSession(TimestampMixin, Base):
    """A conversation between a person and an agent."""

    __tablename__ = "chat_sessions"

    id: Mapped[Key]
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    agent_id: Mapped[str | None] = mapped_column(
        ForeignKey("agent_registry.id", ondelete="SET NULL"), index=True
    )
    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspaces.id", ondelete="CASCADE"), index=True
    )
    title: Mapped[str | None] = mapped_column(String(160))
    summary: Mapped[str | None] = mapped_column(Text)
    message_count: Mapped[int] = mapped_column(default=0)
    archived: Mapped[bool] = mapped_column(default=False)

    user: Mapped["User"] = relationship()
    agent: Mapped["AgentRegistry | None"] = relationship()
    workspace: Mapped["Workspace"] = relationship()
    messages: Mapped[list["ChatMessage"]] = relationship(
        back_populates="session",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="ChatMessage.position",
    )


class ChatMessage(TimestampMixin, Base):
    """One message of a conversation."""

    __tablename__ = "chat_messages"
    __table_args__ = (UniqueConstraint("session_id", "position"),)

    id: Mapped[Key]
    session_id: Mapped[str] = mapped_column(
        ForeignKey("chat_sessions.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    role: Mapped[MessageRole]
    content: Mapped[LongText]
    tool_name: Mapped[str | None] = mapped_column(String(120))
    token_count: Mapped[int] = mapped_column(default=0)

    session: Mapped["ChatSession"] = relationship(back_populates="messages")
    attachments: Mapped[list["ChatAttachment"]] = relationship(
        back_populates="message", cascade="all, delete-orphan", passive_deletes=True
    )


class ChatAttachment(TimestampMixin, Base):
    """A file that came with a message."""

    __tablename__ = "chat_attachments"

    id: Mapped[Key]
    message_id: Mapped[str] = mapped_column(
        ForeignKey("chat_messages.id", ondelete="CASCADE"), index=True
    )
    file_name: Mapped[str] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(120))
    size_bytes: Mapped[int]
    storage_key: Mapped[str] = mapped_column(String(255), unique=True)

    message: Mapped["ChatMessage"] = relationship(back_populates="attachments")


# ---------------------------------------------------------------------------
# Documents and knowledge
# ---------------------------------------------------------------------------


class KnowledgeBase(TimestampMixin, Base):
    """A collection of documents that agents may search."""

    __tablename__ = "knowledge_bases"
    __table_args__ = (UniqueConstraint("workspace_id", "name"),)

    id: Mapped[Key]
    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspaces.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[Name]
    description: Mapped[str | None] = mapped_column(Text)
    embedding_model: Mapped[str] = mapped_column(String(120), default="text-embedding-small")
    chunk_size: Mapped[int] = mapped_column(default=800)
    chunk_overlap: Mapped[int] = mapped_column(default=120)

    workspace: Mapped["Workspace"] = relationship()
    agents: Mapped[list["AgentRegistry"]] = relationship(
        secondary=agent_knowledge_bases, back_populates="knowledge_bases"
    )
    documents: Mapped[list["Document"]] = relationship(back_populates="knowledge_base")


class Document(TimestampMixin, Base):
    """A file that a workspace has given to the platform."""

    __tablename__ = "documents"
    __table_args__ = (UniqueConstraint("workspace_id", "checksum"),)

    id: Mapped[Key]
    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspaces.id", ondelete="CASCADE"), index=True
    )
    knowledge_base_id: Mapped[str | None] = mapped_column(
        ForeignKey("knowledge_bases.id", ondelete="SET NULL"), index=True
    )
    uploaded_by_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    title: Mapped[Name]
    media_type: Mapped[str] = mapped_column(String(120))
    checksum: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int]
    status: Mapped[DocumentStatus] = mapped_column(default=DocumentStatus.UPLOADED)
    document_metadata: Mapped[dict[str, Any]] = mapped_column(default=dict)

    workspace: Mapped["Workspace"] = relationship(back_populates="documents")
    knowledge_base: Mapped["KnowledgeBase | None"] = relationship(back_populates="documents")
    uploaded_by: Mapped["User | None"] = relationship()
    labels: Mapped[list["Label"]] = relationship(
        secondary=document_labels, back_populates="documents"
    )
    revisions: Mapped[list["DocumentRevision"]] = relationship(
        back_populates="document", cascade="all, delete-orphan", passive_deletes=True
    )
    chunks: Mapped[list["DocumentChunk"]] = relationship(
        back_populates="document",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="DocumentChunk.position",
    )


class DocumentRevision(TimestampMixin, Base):
    """An earlier state of a document."""

    __tablename__ = "document_revisions"
    __table_args__ = (UniqueConstraint("document_id", "revision"),)

    id: Mapped[Key]
    document_id: Mapped[str] = mapped_column(
        ForeignKey("documents.id", ondelete="CASCADE"), index=True
    )
    revision: Mapped[int]
    storage_key: Mapped[str] = mapped_column(String(255), unique=True)
    changed_by_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    change_note: Mapped[str | None] = mapped_column(Text)

    document: Mapped["Document"] = relationship(back_populates="revisions")
    changed_by: Mapped["User | None"] = relationship()


class DocumentChunk(Base):
    """A passage of a document, as it is embedded and found."""

    __tablename__ = "document_chunks"
    __table_args__ = (UniqueConstraint("document_id", "position"),)

    id: Mapped[Key]
    document_id: Mapped[str] = mapped_column(
        ForeignKey("documents.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    content: Mapped[LongText]
    token_count: Mapped[int] = mapped_column(default=0)
    vector_id: Mapped[str | None] = mapped_column(String(80), unique=True)
    heading_path: Mapped[list[Any]] = mapped_column(default=list)

    document: Mapped["Document"] = relationship(back_populates="chunks")


class Label(TimestampMixin, Base):
    """A coloured word by which documents are sorted."""

    __tablename__ = "labels"
    __table_args__ = (UniqueConstraint("workspace_id", "name"),)

    id: Mapped[Key]
    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspaces.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[Name]
    colour: Mapped[str] = mapped_column(String(7), default="#808080")

    workspace: Mapped["Workspace"] = relationship()
    documents: Mapped[list["Document"]] = relationship(
        secondary=document_labels, back_populates="labels"
    )


class SearchQueryLog(Base):
    """A search in the knowledge, kept to tune ranking."""

    __tablename__ = "search_query_logs"

    id: Mapped[Key]
    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspaces.id", ondelete="CASCADE"), index=True
    )
    agent_id: Mapped[str | None] = mapped_column(
        ForeignKey("agent_registry.id", ondelete="SET NULL")
    )
    query_text: Mapped[LongText]
    result_count: Mapped[int] = mapped_column(default=0)
    top_score: Mapped[float | None]
    latency_ms: Mapped[int] = mapped_column(default=0)
    searched_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)

    workspace: Mapped["Workspace"] = relationship()
    agent: Mapped["AgentRegistry | None"] = relationship()


# ---------------------------------------------------------------------------
# Integrations
# ---------------------------------------------------------------------------


class IntegrationProvider(TimestampMixin, Base):
    """A service that workspaces can connect to."""

    __tablename__ = "integration_providers"

    id: Mapped[Key]
    slug: Mapped[Slug]
    name: Mapped[Name]
    category: Mapped[str] = mapped_column(String(60))
    auth_type: Mapped[str] = mapped_column(String(40), default="oauth2")
    base_url: Mapped[str | None] = mapped_column(String(255))
    capabilities: Mapped[list[Any]] = mapped_column(default=list)
    is_beta: Mapped[bool] = mapped_column(default=False)

    connections: Mapped[list["IntegrationConnection"]] = relationship(back_populates="provider")


class IntegrationConnection(TimestampMixin, Base):
    """A workspace's account at a provider."""

    __tablename__ = "integration_connections"
    __table_args__ = (UniqueConstraint("workspace_id", "provider_id", "account_label"),)

    id: Mapped[Key]
    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspaces.id", ondelete="CASCADE"), index=True
    )
    provider_id: Mapped[str] = mapped_column(
        ForeignKey("integration_providers.id", ondelete="RESTRICT"), index=True
    )
    connected_by_id: Mapped[str | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )
    account_label: Mapped[str] = mapped_column(String(120))
    status: Mapped[ConnectionStatus] = mapped_column(default=ConnectionStatus.CONNECTED)
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    last_checked_at: Mapped[datetime | None]

    workspace: Mapped["Workspace"] = relationship(back_populates="connections")
    provider: Mapped["IntegrationProvider"] = relationship(back_populates="connections")
    connected_by: Mapped["User | None"] = relationship()
    credential: Mapped["OAuthCredential | None"] = relationship(
        back_populates="connection", cascade="all, delete-orphan", passive_deletes=True
    )
    sync_runs: Mapped[list["SyncRun"]] = relationship(
        back_populates="connection", cascade="all, delete-orphan", passive_deletes=True
    )


class OAuthCredential(TimestampMixin, Base):
    """The tokens of a connection, encrypted before they get here."""

    __tablename__ = "oauth_credentials"

    connection_id: Mapped[str] = mapped_column(
        ForeignKey("integration_connections.id", ondelete="CASCADE"), primary_key=True
    )
    access_token_encrypted: Mapped[LongText]
    refresh_token_encrypted: Mapped[str | None] = mapped_column(Text)
    scopes: Mapped[list[Any]] = mapped_column(default=list)
    expires_at: Mapped[datetime | None]
    key_version: Mapped[int] = mapped_column(default=1)

    connection: Mapped["IntegrationConnection"] = relationship(back_populates="credential")


class SyncRun(TimestampMixin, Base):
    """One synchronisation of data with a provider."""

    __tablename__ = "sync_runs"

    id: Mapped[Key]
    connection_id: Mapped[str] = mapped_column(
        ForeignKey("integration_connections.id", ondelete="CASCADE"), index=True
    )
    resource: Mapped[str] = mapped_column(String(80))
    status: Mapped[ExecutionStatus] = mapped_column(default=ExecutionStatus.PENDING)
    cursor: Mapped[str | None] = mapped_column(String(255))
    records_read: Mapped[int] = mapped_column(default=0)
    records_written: Mapped[int] = mapped_column(default=0)
    error_details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    finished_at: Mapped[datetime | None]

    connection: Mapped["IntegrationConnection"] = relationship(back_populates="sync_runs")


class FieldMapping(TimestampMixin, Base):
    """How a provider's field is called in the platform."""

    __tablename__ = "field_mappings"
    __table_args__ = (UniqueConstraint("connection_id", "resource", "remote_field"),)

    id: Mapped[Key]
    connection_id: Mapped[str] = mapped_column(
        ForeignKey("integration_connections.id", ondelete="CASCADE"), index=True
    )
    resource: Mapped[str] = mapped_column(String(80))
    remote_field: Mapped[str] = mapped_column(String(120))
    local_field: Mapped[str] = mapped_column(String(120))
    transform: Mapped[str | None] = mapped_column(String(80))

    connection: Mapped["IntegrationConnection"] = relationship()


class WebhookEndpoint(TimestampMixin, Base):
    """An address that wants to hear of events in a workspace."""

    __tablename__ = "webhook_endpoints"
    __table_args__ = (UniqueConstraint("workspace_id", "url"),)

    id: Mapped[Key]
    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspaces.id", ondelete="CASCADE"), index=True
    )
    url: Mapped[str] = mapped_column(String(255))
    signing_secret_hash: Mapped[str] = mapped_column(String(128))
    event_types: Mapped[list[Any]] = mapped_column(default=list)
    enabled: Mapped[bool] = mapped_column(default=True)
    failure_count: Mapped[int] = mapped_column(default=0)

    workspace: Mapped["Workspace"] = relationship()
    deliveries: Mapped[list["WebhookDelivery"]] = relationship(
        back_populates="endpoint", cascade="all, delete-orphan", passive_deletes=True
    )


class WebhookDelivery(TimestampMixin, Base):
    """An event on its way to an endpoint."""

    __tablename__ = "webhook_deliveries"

    id: Mapped[Key]
    endpoint_id: Mapped[str] = mapped_column(
        ForeignKey("webhook_endpoints.id", ondelete="CASCADE"), index=True
    )
    event_type: Mapped[str] = mapped_column(String(80))
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    status: Mapped[DeliveryStatus] = mapped_column(default=DeliveryStatus.QUEUED)
    response_code: Mapped[int | None]
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None] = mapped_column(index=True)

    endpoint: Mapped["WebhookEndpoint"] = relationship(back_populates="deliveries")


# ---------------------------------------------------------------------------
# Notifications
# ---------------------------------------------------------------------------


class NotificationChannel(TimestampMixin, Base):
    """A way in which a person can be reached."""

    __tablename__ = "notification_channels"
    __table_args__ = (UniqueConstraint("user_id", "kind", "address"),)

    id: Mapped[Key]
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    kind: Mapped[NotificationChannelKind]
    address: Mapped[str] = mapped_column(String(254))
    verified: Mapped[bool] = mapped_column(default=False)
    is_default: Mapped[bool] = mapped_column(default=False)

    user: Mapped["User"] = relationship()


class Notification(TimestampMixin, Base):
    """Something that a person should know."""

    __tablename__ = "notifications"

    id: Mapped[Key]
    recipient_id: Mapped[str] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    channel_id: Mapped[str | None] = mapped_column(
        ForeignKey("notification_channels.id", ondelete="SET NULL")
    )
    subject: Mapped[Name]
    body: Mapped[LongText]
    link: Mapped[str | None] = mapped_column(String(255))
    status: Mapped[DeliveryStatus] = mapped_column(default=DeliveryStatus.QUEUED)
    sent_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]

    recipient: Mapped["User"] = relationship(back_populates="notifications")
    channel: Mapped["NotificationChannel | None"] = relationship()


class NotificationPreference(TimestampMixin, Base):
    """Which events a person wants to hear of, and how."""

    __tablename__ = "notification_preferences"

    user_id: Mapped[str] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    event_type: Mapped[str] = mapped_column(String(80), primary_key=True)
    kind: Mapped[NotificationChannelKind] = mapped_column(default=NotificationChannelKind.IN_APP)
    enabled: Mapped[bool] = mapped_column(default=True)
    quiet_hours: Mapped[dict[str, Any]] = mapped_column(default=dict)

    user: Mapped["User"] = relationship()


class MessageTemplate(TimestampMixin, Base):
    """The wording of a notification in one language."""

    __tablename__ = "message_templates"
    __table_args__ = (UniqueConstraint("event_type", "kind", "locale"),)

    id: Mapped[Key]
    event_type: Mapped[str] = mapped_column(String(80))
    kind: Mapped[NotificationChannelKind]
    locale: Mapped[str] = mapped_column(String(12), default="en")
    subject: Mapped[Name]
    body: Mapped[LongText]


# ---------------------------------------------------------------------------
# Governance
# ---------------------------------------------------------------------------


class GovernancePolicy(TimestampMixin, Base):
    """A rule about what agents may do by themselves."""

    __tablename__ = "governance_policies"
    __table_args__ = (CheckConstraint("priority >= 0", name="ck_policy_priority"),)

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(160), unique=True)
    description: Mapped[str | None] = mapped_column(Text)
    action_pattern: Mapped[str] = mapped_column(String(160))
    effect: Mapped[PolicyEffect] = mapped_column(default=PolicyEffect.REQUIRE_APPROVAL)
    minimum_maturity: Mapped[AgentStatus] = mapped_column(default=AgentStatus.SUPERVISED)
    priority: Mapped[int] = mapped_column(default=100)
    conditions: Mapped[dict[str, Any]] = mapped_column(default=dict)
    enabled: Mapped[bool] = mapped_column(default=True)

    agents: Mapped[list["AgentRegistry"]] = relationship(
        secondary=policy_agents, back_populates="policies"
    )
    violations: Mapped[list["PolicyViolation"]] = relationship(
        back_populates="policy", cascade="all, delete-orphan", passive_deletes=True
    )


class PolicyViolation(TimestampMixin, Base):
    """An attempt to do what a policy forbids."""

    __tablename__ = "policy_violations"

    id: Mapped[Key]
    policy_id: Mapped[str] = mapped_column(
        ForeignKey("governance_policies.id", ondelete="CASCADE"), index=True
    )
    agent_id: Mapped[str] = mapped_column(
        ForeignKey("agent_registry.id", ondelete="CASCADE"), index=True
    )
    action: Mapped[str] = mapped_column(String(160))
    risk: Mapped[RiskLevel] = mapped_column(default=RiskLevel.MODERATE)
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    acknowledged_by_id: Mapped[str | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )

    policy: Mapped["GovernancePolicy"] = relationship(back_populates="violations")
    agent: Mapped["AgentRegistry"] = relationship()
    acknowledged_by: Mapped["User | None"] = relationship()


class AuditEvent(Base):
    """Who did what, when, and from where; entries are never changed."""

    __tablename__ = "audit_events"
    __table_args__ = (Index("ix_audit_subject", "subject_type", "subject_id"),)

    id: Mapped[Key]
    workspace_id: Mapped[str | None] = mapped_column(
        ForeignKey("workspaces.id", ondelete="SET NULL"), index=True
    )
    actor_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    agent_id: Mapped[str | None] = mapped_column(
        ForeignKey("agent_registry.id", ondelete="SET NULL")
    )
    action: Mapped[str] = mapped_column(String(120))
    subject_type: Mapped[str] = mapped_column(String(80))
    subject_id: Mapped[str] = mapped_column(String(36))
    severity: Mapped[AuditSeverity] = mapped_column(default=AuditSeverity.INFO)
    ip_address: Mapped[str | None] = mapped_column(String(45))
    changes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    occurred_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)

    workspace: Mapped["Workspace | None"] = relationship()
    actor: Mapped["User | None"] = relationship()
    agent: Mapped["AgentRegistry | None"] = relationship()


class SecurityIncident(TimestampMixin, Base):
    """Something that the security team looks into."""

    __tablename__ = "security_incidents"

    id: Mapped[Key]
    workspace_id: Mapped[str | None] = mapped_column(
        ForeignKey("workspaces.id", ondelete="SET NULL")
    )
    reported_by_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    title: Mapped[Name]
    severity: Mapped[AuditSeverity] = mapped_column(default=AuditSeverity.WARNING)
    description: Mapped[LongText]
    timeline: Mapped[list[Any]] = mapped_column(default=list)
    resolved_at: Mapped[datetime | None]

    workspace: Mapped["Workspace | None"] = relationship()
    reported_by: Mapped["User | None"] = relationship()


class RetentionRule(TimestampMixin, Base):
    """How long a workspace keeps a kind of data."""

    __tablename__ = "retention_rules"
    __table_args__ = (
        UniqueConstraint("workspace_id", "data_kind"),
        CheckConstraint("keep_days > 0", name="ck_retention_days"),
    )

    id: Mapped[Key]
    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspaces.id", ondelete="CASCADE"), index=True
    )
    data_kind: Mapped[str] = mapped_column(String(60))
    keep_days: Mapped[int] = mapped_column(default=365)
    archive_first: Mapped[bool] = mapped_column(default=True)
    last_applied_at: Mapped[datetime | None]

    workspace: Mapped["Workspace"] = relationship()


class DataExport(TimestampMixin, Base):
    """A copy of a person's data, made on their request."""

    __tablename__ = "data_exports"

    id: Mapped[Key]
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    status: Mapped[ExecutionStatus] = mapped_column(default=ExecutionStatus.PENDING)
    file_format: Mapped[str] = mapped_column(String(12), default="json")
    storage_key: Mapped[str | None] = mapped_column(String(255), unique=True)
    size_bytes: Mapped[int | None]
    available_until: Mapped[datetime | None]

    user: Mapped["User"] = relationship()


class ConsentRecord(TimestampMixin, Base):
    """A person's agreement to a version of a text."""

    __tablename__ = "consent_records"
    __table_args__ = (UniqueConstraint("user_id", "document", "document_version"),)

    id: Mapped[Key]
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    document: Mapped[str] = mapped_column(String(80))
    document_version: Mapped[str] = mapped_column(String(20))
    granted: Mapped[bool] = mapped_column(default=True)
    withdrawn_at: Mapped[datetime | None]

    user: Mapped["User"] = relationship()


# ---------------------------------------------------------------------------
# Billing
# ---------------------------------------------------------------------------


class BillingPlan(TimestampMixin, Base):
    """What a workspace can subscribe to."""

    __tablename__ = "billing_plans"

    id: Mapped[Key]
    code: Mapped[Slug]
    name: Mapped[Name]
    tier: Mapped[WorkspaceTier]
    interval: Mapped[BillingInterval] = mapped_column(default=BillingInterval.MONTHLY)
    price: Mapped[Money]
    currency: Mapped[str] = mapped_column(String(3), default="EUR")
    included_executions: Mapped[int] = mapped_column(default=1000)
    features: Mapped[list[Any]] = mapped_column(default=list)
    is_offered: Mapped[bool] = mapped_column(default=True)


class Subscription(TimestampMixin, Base):
    """A workspace's subscription; there is at most one."""

    __tablename__ = "subscriptions"

    id: Mapped[Key]
    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspaces.id", ondelete="CASCADE"), unique=True
    )
    plan_id: Mapped[str] = mapped_column(ForeignKey("billing_plans.id", ondelete="RESTRICT"))
    status: Mapped[SubscriptionStatus] = mapped_column(default=SubscriptionStatus.TRIALING)
    seats: Mapped[int] = mapped_column(default=1)
    current_period_start: Mapped[date]
    current_period_end: Mapped[date]
    cancel_at_period_end: Mapped[bool] = mapped_column(default=False)

    workspace: Mapped["Workspace"] = relationship(back_populates="subscription")
    plan: Mapped["BillingPlan"] = relationship()
    invoices: Mapped[list["Invoice"]] = relationship(
        back_populates="subscription", cascade="all, delete-orphan", passive_deletes=True
    )


class Invoice(TimestampMixin, Base):
    """A bill for one period."""

    __tablename__ = "invoices"

    id: Mapped[Key]
    subscription_id: Mapped[str] = mapped_column(
        ForeignKey("subscriptions.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[str] = mapped_column(String(40), unique=True)
    status: Mapped[InvoiceStatus] = mapped_column(default=InvoiceStatus.DRAFT)
    issued_on: Mapped[date]
    due_on: Mapped[date]
    total: Mapped[Money]
    currency: Mapped[str] = mapped_column(String(3), default="EUR")
    paid_at: Mapped[datetime | None]

    subscription: Mapped["Subscription"] = relationship(back_populates="invoices")
    lines: Mapped[list["InvoiceLine"]] = relationship(
        back_populates="invoice",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="InvoiceLine.position",
    )


class InvoiceLine(Base):
    """One position of a bill."""

    __tablename__ = "invoice_lines"
    __table_args__ = (UniqueConstraint("invoice_id", "position"),)

    id: Mapped[Key]
    invoice_id: Mapped[str] = mapped_column(
        ForeignKey("invoices.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    description: Mapped[str] = mapped_column(String(255))
    quantity: Mapped[int] = mapped_column(default=1)
    unit_price: Mapped[Money]

    invoice: Mapped["Invoice"] = relationship(back_populates="lines")


class PaymentMethod(TimestampMixin, Base):
    """How a workspace pays; the details stay with the payment provider."""

    __tablename__ = "payment_methods"

    id: Mapped[Key]
    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspaces.id", ondelete="CASCADE"), index=True
    )
    provider_reference: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    last_four: Mapped[str | None] = mapped_column(String(4))
    expires_on: Mapped[date | None]
    is_default: Mapped[bool] = mapped_column(default=False)

    workspace: Mapped["Workspace"] = relationship()


class UsageRecord(Base):
    """What a workspace used on one day."""

    __tablename__ = "usage_records"
    __table_args__ = (UniqueConstraint("workspace_id", "metric", "day"),)

    id: Mapped[Key]
    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspaces.id", ondelete="CASCADE"), index=True
    )
    metric: Mapped[str] = mapped_column(String(60))
    day: Mapped[date]
    quantity: Mapped[int] = mapped_column(Integer, default=0)
    reported_at: Mapped[datetime | None]

    workspace: Mapped["Workspace"] = relationship()


# ---------------------------------------------------------------------------
# Operations
# ---------------------------------------------------------------------------


class FeatureFlag(TimestampMixin, Base):
    """A switch for a part of the platform."""

    __tablename__ = "feature_flags"
    __table_args__ = (
        CheckConstraint("rollout_percent BETWEEN 0 AND 100", name="ck_flag_rollout"),
    )

    id: Mapped[Key]
    key: Mapped[Slug]
    description: Mapped[str | None] = mapped_column(Text)
    enabled: Mapped[bool] = mapped_column(default=False)
    rollout_percent: Mapped[int] = mapped_column(default=0)
    rules: Mapped[list[Any]] = mapped_column(default=list)
    expires_on: Mapped[date | None]


class BackgroundJob(TimestampMixin, Base):
    """Work that a worker does outside a request."""

    __tablename__ = "background_jobs"
    __table_args__ = (Index("ix_job_queue_status", "queue", "status"),)

    id: Mapped[Key]
    queue: Mapped[str] = mapped_column(String(60), default="default")
    task_name: Mapped[str] = mapped_column(String(160))
    idempotency_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    arguments: Mapped[dict[str, Any]] = mapped_column(default=dict)
    status: Mapped[ExecutionStatus] = mapped_column(default=ExecutionStatus.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    max_attempts: Mapped[int] = mapped_column(default=3)
    worker: Mapped[str | None] = mapped_column(String(120))
    error_message: Mapped[str | None] = mapped_column(Text)
    run_after: Mapped[datetime | None] = mapped_column(index=True)
    finished_at: Mapped[datetime | None]


class HealthCheck(Base):
    """One measurement of a component's health."""

    __tablename__ = "health_checks"

    id: Mapped[Key]
    component: Mapped[str] = mapped_column(String(80), index=True)
    region: Mapped[str] = mapped_column(String(40), default="local")
    status: Mapped[HealthStatus]
    latency_ms: Mapped[int | None]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    checked_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)


class DeviceNode(TimestampMixin, Base):
    """A computer or phone on which agents may act for its owner."""

    __tablename__ = "device_nodes"
    __table_args__ = (UniqueConstraint("user_id", "device_key"),)

    id: Mapped[Key]
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    device_key: Mapped[str] = mapped_column(String(120))
    name: Mapped[Name]
    platform: Mapped[str] = mapped_column(String(40))
    os_version: Mapped[str | None] = mapped_column(String(40))
    capabilities: Mapped[list[Any]] = mapped_column(default=list)
    last_seen_at: Mapped[datetime | None]
    is_trusted: Mapped[bool] = mapped_column(default=False)

    user: Mapped["User"] = relationship()
    sessions: Mapped[list["DeviceSession"]] = relationship(
        back_populates="device", cascade="all, delete-orphan", passive_deletes=True
    )


class DeviceSession(TimestampMixin, Base):
    """A stretch of time in which an agent may use a device."""

    __tablename__ = "device_sessions"

    id: Mapped[Key]
    device_id: Mapped[str] = mapped_column(
        ForeignKey("device_nodes.id", ondelete="CASCADE"), index=True
    )
    agent_id: Mapped[str] = mapped_column(
        ForeignKey("agent_registry.id", ondelete="CASCADE"), index=True
    )
    granted_capabilities: Mapped[list[Any]] = mapped_column(default=list)
    recording_key: Mapped[str | None] = mapped_column(String(255), unique=True)
    ends_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    device: Mapped["DeviceNode"] = relationship(back_populates="sessions")
    agent: Mapped["AgentRegistry"] = relationship()


class ModelProvider(TimestampMixin, Base):
    """A provider of language models."""

    __tablename__ = "model_providers"

    id: Mapped[Key]
    slug: Mapped[Slug]
    name: Mapped[Name]
    base_url: Mapped[str] = mapped_column(String(255))
    enabled: Mapped[bool] = mapped_column(default=True)
    rate_limits: Mapped[dict[str, Any]] = mapped_column(default=dict)

    models: Mapped[list["LanguageModel"]] = relationship(
        back_populates="provider", cascade="all, delete-orphan", passive_deletes=True
    )


class LanguageModel(TimestampMixin, Base):
    """A model that agents may be run with."""

    __tablename__ = "language_models"
    __table_args__ = (UniqueConstraint("provider_id", "name"),)

    id: Mapped[Key]
    provider_id: Mapped[str] = mapped_column(
        ForeignKey("model_providers.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[Name]
    context_window: Mapped[int]
    input_price_per_million: Mapped[Money]
    output_price_per_million: Mapped[Money]
    supports_tools: Mapped[bool] = mapped_column(default=True)
    retired_on: Mapped[date | None]

    provider: Mapped["ModelProvider"] = relationship(back_populates="models")


class ModelCall(Base):
    """A request to a language model and what it cost."""

    __tablename__ = "model_calls"

    id: Mapped[Key]
    model_id: Mapped[str] = mapped_column(
        ForeignKey("language_models.id", ondelete="RESTRICT"), index=True
    )
    execution_id: Mapped[str | None] = mapped_column(
        ForeignKey("agent_executions.id", ondelete="SET NULL"), index=True
    )
    input_tokens: Mapped[int] = mapped_column(default=0)
    output_tokens: Mapped[int] = mapped_column(default=0)
    cost: Mapped[Money] = mapped_column(default=Decimal("0"))
    latency_ms: Mapped[int] = mapped_column(default=0)
    finish_reason: Mapped[str | None] = mapped_column(String(40))
    called_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)

    model: Mapped["LanguageModel"] = relationship()
    execution: Mapped["AgentExecution | None"] = relationship()


class PromptTemplate(TimestampMixin, Base):
    """Instructions for agents, kept in numbered versions."""

    __tablename__ = "prompt_templates"
    __table_args__ = (UniqueConstraint("name", "version"),)

    id: Mapped[Key]
    name: Mapped[Name]
    version: Mapped[int] = mapped_column(default=1)
    author_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    purpose: Mapped[str | None] = mapped_column(String(255))
    template: Mapped[LongText]
    variables: Mapped[list[Any]] = mapped_column(default=list)
    is_current: Mapped[bool] = mapped_column(default=False)
    archived_at: Mapped[datetime | None]

    author: Mapped["User | None"] = relationship()
    evaluations: Mapped[list["PromptEvaluation"]] = relationship(
        back_populates="prompt", cascade="all, delete-orphan", passive_deletes=True
    )


class PromptEvaluation(TimestampMixin, Base):
    """How well a version of a prompt did on a set of examples."""

    __tablename__ = "prompt_evaluations"
    __table_args__ = (CheckConstraint("passed <= total", name="ck_evaluation_counts"),)

    id: Mapped[Key]
    prompt_id: Mapped[str] = mapped_column(
        ForeignKey("prompt_templates.id", ondelete="CASCADE"), index=True
    )
    model_id: Mapped[str] = mapped_column(
        ForeignKey("language_models.id", ondelete="RESTRICT"), index=True
    )
    started_by_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    data_set: Mapped[str] = mapped_column(String(120))
    total: Mapped[int]
    passed: Mapped[int]
    scores: Mapped[dict[str, Any]] = mapped_column(default=dict)
    duration_seconds: Mapped[float | None]
    remarks: Mapped[str | None] = mapped_column(Text)

    prompt: Mapped["PromptTemplate"] = relationship(back_populates="evaluations")
    model: Mapped["LanguageModel"] = relationship()
    started_by: Mapped["User | None"] = relationship()
